//! More than there is room for: five hundred at once, bodies and heads without end, people who
//! send a letter at a time or never read what they asked for. Each of them hears a clear no or is
//! cut off, the memory stays what it is, and everybody else is served as before.

use std::{convert::Infallible, io, sync::mpsc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use baoxiu::{
    App,
    edge::wire::{Patience, Wire},
    server,
};
use futures_util::{StreamExt as _, future::join_all, stream};
use platform::db::Tx;
use serde_json::{Value as Json, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
    net::TcpStream,
};
use tower::ServiceExt as _;

use crate::{
    crash::Running,
    town::{On, Town, everywhere, wang},
};

/// What has not come by then never will.
const NEVER: Duration = Duration::from_secs(120);
/// What the program may hold at most, in kilobytes, with all of them at the door.
const MOST_MEMORY: u64 = 400 << 10;

struct Caller(TcpStream);

impl Caller {
    async fn at(url: &str) -> Caller {
        let address = url.strip_prefix("http://").unwrap();
        Caller(TcpStream::connect(address).await.unwrap())
    }

    /// Says it and holds the line. Whoever does not want to hear it may have hung up.
    async fn say(mut self, words: &[u8]) -> Caller {
        let _ = self.0.write_all(words).await;
        self
    }

    /// The status of the answer, or nothing if there is none and never will be.
    async fn hears(&mut self) -> Option<u16> {
        let mut head = Vec::new();
        let read = async {
            let mut byte = [0];
            while !head.ends_with(b"\r\n") && self.0.read(&mut byte).await.is_ok_and(|it| it > 0) {
                head.push(byte[0]);
            }
        };
        tokio::time::timeout(NEVER, read).await.expect("an answer, or an end");
        String::from_utf8(head).unwrap().split(' ').nth(1)?.parse().ok()
    }
}

fn head(method: &str, path: &str, more: &str) -> Vec<u8> {
    format!("{method} {path} HTTP/1.1\r\nHost: baoxiu.test\r\n{more}\r\n").into_bytes()
}

async fn many(url: &str, number: usize, words: &[u8]) -> Vec<Caller> {
    let one = async || Caller::at(url).await.say(words).await;
    join_all((0..number).map(|_| one())).await
}

fn http() -> reqwest::Client {
    reqwest::Client::builder().timeout(NEVER).no_proxy().build().unwrap()
}

/// Somebody with work to do, who knows nothing of the others.
async fn is_served(url: &str, token: &str, n: usize) {
    let http = http();
    let mut body = wang();
    body["customer"]["phone"] = json!(format!("1390056{n:04}"));
    body["device"] = json!({"category": "家用空调器"});
    let filed = http.post(format!("{url}/api/v1/requests")).bearer_auth(token).json(&body);
    let filed = filed.send().await.unwrap();
    assert_eq!(filed.status().as_u16(), 201, "{}", filed.text().await.unwrap());
    let list = http.get(format!("{url}/api/v1/orders")).bearer_auth(token).send().await.unwrap();
    assert_eq!(list.status().as_u16(), 200);
    let list: Json = list.json().await.unwrap();
    assert!(!list["items"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_bad_guests_get_a_clear_no_and_everybody_else_is_served() {
    let town = Town::today("guests", On::Sqlite).await;
    let server = Running::start(&town);
    let (url, token) = (server.url.as_str(), town.token("mei"));
    is_served(url, token, 0).await;
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let json = "Content-Type: application/json\r\n";

    // Those who hold the line: silent, a letter at a time, and deaf to what they asked for.
    let silent = many(url, 120, b"").await;
    let slow = many(url, 220, b"GET / HTTP/1.1\r\nHost: baoxiu.test\r\nX-Slow: ").await;
    let asked = head("GET", "/api/v1/fault-codes", &bearer).repeat(200);
    let deaf = many(url, 80, &asked).await;
    is_served(url, token, 1).await;

    // A hundred megabytes, said beforehand or not, of somebody known and of nobody.
    let heavy = format!("{bearer}{json}Content-Length: 104857600\r\n");
    let endless = format!("{json}Transfer-Encoding: chunked\r\n");
    let strange = format!("{json}Content-Length: 1000000\r\n");
    let chunk = [b"10000\r\n".as_slice(), &[b'x'; 0x10000], b"\r\n"].concat();
    for (more, sent) in [
        (&heavy, vec![b'x'; 1 << 20]),
        (&endless, chunk.repeat(4)),
        (&strange, vec![b'x'; 1 << 16]),
    ] {
        let words = [head("POST", "/api/v1/requests", more), sent].concat();
        for mut caller in many(url, 80, &words).await {
            assert_eq!(caller.hears().await, Some(413), "{more}");
        }
    }
    is_served(url, token, 2).await;

    // Heads without end: many lines, one long line, and a million lines.
    let lines = head("GET", "/healthz", &"X-Line: x\r\n".repeat(200));
    let long = head("GET", "/healthz", &format!("X-Long: {}\r\n", "x".repeat(100 << 10)));
    for words in [lines, long] {
        for mut caller in many(url, 80, &words).await {
            assert_eq!(caller.hears().await, Some(431));
        }
    }
    let million = head("GET", "/healthz", &"X-Line: x\r\n".repeat(1_000_000));
    for mut caller in many(url, 8, &million).await {
        // Cut off in the middle of the word, one does not always hear why.
        assert!([Some(431), None].contains(&caller.hears().await));
    }
    is_served(url, token, 3).await;
    if let Some(most) = server.memory() {
        assert!(most < MOST_MEMORY, "{most} kB");
    }
    // Whoever does not come to the point is cut off, and nobody else.
    for mut caller in slow {
        assert_eq!(caller.hears().await, None, "cut off");
    }
    is_served(url, token, 4).await;
    drop((silent, deaf));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_finds_no_wire_is_told_so_and_finds_one_when_others_go() {
    let town = Town::today("wires", On::Sqlite).await;
    let server = Running::start(&town);
    let asked = head("GET", "/healthz", "");
    let mut all = Vec::new();
    let mut full = None;
    for n in 0..2_000 {
        let mut caller = Caller::at(&server.url).await.say(&asked).await;
        match caller.hears().await {
            Some(200) => all.push(caller),
            // On a full wire the question may still be under way when the line is cut.
            Some(503) | None => {
                full = Some(n);
                break;
            }
            other => panic!("{other:?} of {n}"),
        }
    }
    assert_eq!(full, Some(800));
    drop(all);
    for n in 0.. {
        let mut caller = Caller::at(&server.url).await.say(&asked).await;
        if caller.hears().await == Some(200) {
            break;
        }
        assert!(n < 1_000, "nobody finds a wire any more");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    is_served(&server.url, town.token("mei"), 1).await;
}

#[tokio::test]
async fn a_wire_nobody_reads_and_a_silent_one_end_by_themselves() {
    let soon = Duration::from_millis(40);
    for (unread, silent, word) in [(soon, NEVER, true), (NEVER, soon, false)] {
        let (near, mut far) = duplex(64);
        let mut wire = Wire::new(near, Patience { unread, silent });
        let wrote = wire.write_all(&[b'x'; 64]).await;
        assert!(wrote.is_ok(), "what fits is taken");
        let ended = match word {
            true => wire.write_all(&[b'x'; 64]).await,
            false => wire.read_u8().await.map(drop),
        };
        assert_eq!(ended.unwrap_err().kind(), io::ErrorKind::TimedOut);
        let mut taken = [0; 64];
        far.read_exact(&mut taken).await.unwrap();
    }
    // Whoever reads and writes is not cut off.
    let (near, mut far) = duplex(64);
    let mut wire = Wire::new(near, Patience { unread: NEVER, silent: NEVER });
    for _ in 0..10 {
        wire.write_all(b"ping").await.unwrap();
        far.read_exact(&mut [0; 4]).await.unwrap();
        far.write_all(b"pong").await.unwrap();
        wire.read_exact(&mut [0; 4]).await.unwrap();
    }
}

/// The same house with less patience.
async fn hasty(town: &Town, patience: Duration) -> Router {
    let mut config = (*town.app.config).clone();
    config.patience = patience;
    config.wait = Duration::from_millis(50);
    let app = App::new(town.app.db.clone(), town.app.clock.clone(), town.app.dice, config);
    app.learn().await.unwrap();
    server::router(app)
}

fn ask(town: &Town, method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", town.token("mei")))
        .header(header::CONTENT_TYPE, "application/json")
}

fn refused(status: StatusCode, headers: &HeaderMap, body: &Json, code: &str) {
    assert_eq!(body["code"], code, "{body}");
    assert!(!body["title"].as_str().unwrap().contains('⟨'), "{body}");
    let again = headers.contains_key(header::RETRY_AFTER);
    assert_eq!(again, status == StatusCode::SERVICE_UNAVAILABLE, "{body}");
}

async fn answer(door: &Router, request: Request<Body>) -> (StatusCode, HeaderMap, Json) {
    let response = door.clone().oneshot(request).await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, headers, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn a_body_that_never_comes_is_not_waited_for() {
    everywhere("endless", async |town| {
        let door = hasty(town, Duration::from_millis(300)).await;
        let begun = stream::iter([Ok::<_, Infallible>("{\"kind\": ")]).chain(stream::pending());
        let request = ask(town, "POST", "/api/v1/requests").body(Body::from_stream(begun)).unwrap();
        let (status, headers, body) = answer(&door, request).await;
        assert_eq!(status, StatusCode::REQUEST_TIMEOUT, "{body}");
        refused(status, &headers, &body, "timeout");
    })
    .await;
}

#[tokio::test]
async fn who_brings_more_than_there_is_room_for_waits_and_light_ones_pass() {
    let town = Town::new("room", On::Sqlite).await;
    let door = hasty(&town, NEVER).await;
    // Four of the heaviest, of which nobody says how heavy they are, and which never end.
    let mut heavy = Vec::new();
    for _ in 0..4 {
        let never = Body::from_stream(stream::pending::<Result<String, Infallible>>());
        let request = ask(&town, "POST", "/api/v1/requests").body(never).unwrap();
        heavy.push(tokio::spawn(door.clone().oneshot(request)));
    }
    // More than a call may bring, and more than there is room for beside the four.
    let large = format!("{{\"kind\": \"{}\"}}", "x".repeat(9 << 20));
    let mut told = None;
    for _ in 0..200 {
        let request = ask(&town, "POST", "/api/v1/requests").body(large.clone().into()).unwrap();
        let (status, headers, body) = answer(&door, request).await;
        if status == StatusCode::SERVICE_UNAVAILABLE {
            refused(status, &headers, &body, "busy");
            told = Some(());
            break;
        }
        // The four are still on their way.
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{body}");
    }
    assert!(told.is_some(), "there is room without end");
    let request = ask(&town, "POST", "/api/v1/requests").body(wang().to_string().into()).unwrap();
    let (status, _, body) = answer(&door, request).await;
    assert_eq!(status, StatusCode::CREATED, "{body}");
    for it in &heavy {
        it.abort();
    }
    for it in heavy {
        assert!(it.await.unwrap_err().is_cancelled());
    }
    let request = ask(&town, "POST", "/api/v1/requests").body(large.into()).unwrap();
    let (status, _, body) = answer(&door, request).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{body}");
}

/// A report that goes on until it is let go.
async fn held_up(town: &Town) -> (mpsc::Sender<()>, tokio::task::JoinHandle<()>) {
    let (open, gate) = mpsc::channel::<()>();
    let (begun, began) = mpsc::channel::<()>();
    let db = town.app.db.clone();
    let read = tokio::spawn(async move {
        let work = async move |mut tx: Tx| {
            let all: i64 = tx.cell("select count(*) from orders", &[]).await?;
            let _ = begun.send(());
            let _ = gate.recv();
            Ok(all)
        };
        db.look(work).await.map(drop).unwrap();
    });
    tokio::task::spawn_blocking(move || began.recv().unwrap()).await.unwrap();
    (open, read)
}

#[tokio::test]
async fn a_slow_report_holds_up_nobody_who_only_looks() {
    everywhere("slowreport", async |town| {
        let order = town.fault().await;
        let door = hasty(town, NEVER).await;
        // Two whose file is written and who do not take it.
        let mut kept = Vec::new();
        for path in ["/orders.csv", "/orders.xlsx"] {
            let request = ask(town, "GET", path).body(Body::empty()).unwrap();
            let response = door.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            kept.push(response);
        }
        let third = || ask(town, "GET", "/orders.csv").header("hx-request", "true");
        let response = door.clone().oneshot(third().body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.headers().contains_key(header::RETRY_AFTER));
        // And two reports that read and read, on the threads that read for them.
        let mut reading = Vec::new();
        if town.on == On::Sqlite {
            reading.extend([held_up(town).await, held_up(town).await]);
        }
        for path in ["/api/v1/orders", &format!("/api/v1/orders/{order}"), "/api/v1/customers"] {
            let request = ask(town, "GET", path).body(Body::empty()).unwrap();
            assert_eq!(answer(&door, request).await.0, StatusCode::OK, "{path}");
        }
        for (open, read) in reading {
            open.send(()).unwrap();
            read.await.unwrap();
        }
        drop(kept);
        let response = door.clone().oneshot(third().body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "the place is free again");
    })
    .await;
}
