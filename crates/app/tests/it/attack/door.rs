//! What stands on every answer, where nobody is led, and what comes from elsewhere.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use baoxiu::{App, server};
use kernel::Value;
use tower::ServiceExt as _;

use crate::{
    bad_input::{browse, location, sign_in, with_password},
    crash::Running,
    rights::routes,
    town::{On, Town, everywhere},
};

/// Answers of every kind: a page, a piece of one, a program's, a file, a no, a way elsewhere.
async fn answers(town: &Town, door: &Router) -> Vec<(String, HeaderMap)> {
    let mut all = Vec::new();
    for (method, path, known) in [
        ("GET", "/login", false),
        ("GET", "/", false),
        ("GET", "/", true),
        ("GET", "/orders", true),
        ("GET", "/orders.csv", true),
        ("GET", "/orders/ord_nobody", true),
        ("GET", "/no/such/page", true),
        ("POST", "/orders", true),
        ("GET", "/api/v1/orders", true),
        ("GET", "/api/v1/orders", false),
        ("GET", "/api/docs", false),
        ("GET", "/api/openapi.json", false),
        ("GET", "/assets/app.css", false),
        ("GET", "/healthz", false),
        ("GET", "/metrics", false),
    ] {
        let mut request = Request::builder().method(method).uri(path);
        if known {
            let bearer = format!("Bearer {}", town.token("mei"));
            request = request.header(header::AUTHORIZATION, bearer);
        }
        let answer = door.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        all.push((format!("{method} {path} {known}"), answer.headers().clone()));
    }
    all
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let town = Town::new("headers", On::Sqlite).await;
    for (what, headers) in answers(&town, &server::router(town.app.clone())).await {
        let said = |name: &str| {
            let value = headers.get(name).unwrap_or_else(|| panic!("{what} has no {name}"));
            value.to_str().unwrap().to_owned()
        };
        assert_eq!(said("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(said("referrer-policy"), "same-origin", "{what}");
        let policy = said("content-security-policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(rule), "{what}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{what}: {policy}");
        // In which letters a text is written is said, so that nobody guesses.
        if let Some(kind) = headers.get(header::CONTENT_TYPE).map(|it| it.to_str().unwrap()) {
            let text = kind.starts_with("text/");
            assert!(!text || kind.contains("charset=utf-8"), "{what}: {kind}");
        }
        if !what.contains("/assets/") {
            assert_eq!(said("cache-control"), "no-store", "{what}");
        }
        for name in ["server", "x-powered-by", "access-control-allow-origin"] {
            assert!(!headers.contains_key(name), "{what} says {name}");
        }
        assert!(!headers.contains_key("strict-transport-security"), "{what}: without HTTPS");
    }
    let mut config = (*town.app.config).clone();
    config.secure_cookies = true;
    let app = App::new(town.app.db.clone(), town.app.clock.clone(), town.app.dice, config);
    app.learn().await.unwrap();
    for (what, headers) in answers(&town, &server::router(app)).await {
        assert_eq!(headers["strict-transport-security"], "max-age=31536000", "{what}");
    }
}

#[tokio::test]
async fn over_https_the_session_belongs_to_this_host_and_to_https_alone() {
    let town = Town::new("hostcookie", On::Sqlite).await;
    with_password(&town).await;
    let mut config = (*town.app.config).clone();
    config.secure_cookies = true;
    let app = App::new(town.app.db.clone(), town.app.clock.clone(), town.app.dice, config);
    app.learn().await.unwrap();
    let (https, http) = (server::router(app), server::router(town.app.clone()));
    for (door, name, secure) in [(https, "__Host-baoxiu=", true), (http, "baoxiu=", false)] {
        let request = Request::post("/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("login=mei&password=correct+horse+9"));
        let answer = door.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap().to_owned();
        assert!(cookie.starts_with(name), "{cookie}");
        assert!(cookie.contains("; Path=/;") && cookie.contains("; HttpOnly"), "{cookie}");
        assert!(cookie.contains("; SameSite=Lax") && !cookie.contains("Domain"), "{cookie}");
        assert_eq!(cookie.contains("; Secure"), secure, "{cookie}");
        let own = cookie.split(';').next().unwrap().to_owned();
        let key = own.split_once('=').unwrap().1;
        let other = if secure { "baoxiu" } else { "__Host-baoxiu" };
        for (cookie, wanted) in
            [(own.clone(), StatusCode::OK), (format!("{other}={key}"), StatusCode::UNAUTHORIZED)]
        {
            let request = Request::get("/api/v1/me").header(header::COOKIE, &cookie);
            let answer = door.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), wanted, "{cookie}");
        }
    }
}

#[tokio::test]
async fn no_form_of_another_site_does_anything_here() {
    let town = Town::new("crosssite", On::Sqlite).await;
    let order = town.fault().await;
    with_password(&town).await;
    let (cookie, _) = sign_in(&town, "/").await;
    let events = async || -> i64 {
        town.house(async |cx| cx.tx.cell("select count(*) from events", &[]).await).await
    };
    let before = events().await;
    let all = routes::all();
    let posts: Vec<_> = all.iter().filter_map(|it| it.strip_prefix("POST ")).collect();
    assert!(posts.len() > 60, "{posts:?}");
    for path in posts {
        let path = path.replace("{id}", &order).replace("{order}", &order);
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://elsewhere.example"),
            ("origin", "http://baoxiu.test.elsewhere.example"),
            ("origin", "null"),
        ] {
            // With the session and without: nobody is signed in as somebody else either.
            for cookie in [cookie.as_str(), "theme=dark"] {
                let request = Request::post(&path).header(header::COOKIE, cookie);
                let form = "login=mei&password=correct+horse+9&step=accept&lang=en";
                let answer = browse(&town, request.header(name, value), form).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} {name}: {value}");
                assert!(!answer.headers.contains_key(header::SET_COOKIE), "{path}");
            }
        }
    }
    assert_eq!(events().await, before, "nothing happened");
    let request = Request::post("/language")
        .header(header::COOKIE, &cookie)
        .header("origin", "http://baoxiu.test");
    let own = browse(&town, request, "lang=en").await;
    assert_eq!(own.status, StatusCode::SEE_OTHER, "from here it is taken: {}", own.text);
}

/// Addresses that lead out of the house, as browsers read them.
const OUT: &[&str] = &[
    "//elsewhere.example",
    "https://elsewhere.example",
    "javascript:alert(1)",
    "/\\elsewhere.example",
    "\\/elsewhere.example",
    "/\t/elsewhere.example",
    "/\r\n/elsewhere.example",
    "/%0d%0aSet-Cookie: x=y",
    "\u{1}//elsewhere.example",
    "/\u{1}",
    "elsewhere.example",
    " //elsewhere.example",
    "",
];

#[tokio::test]
async fn nobody_is_led_out_of_the_house() {
    everywhere("redirects", async |town| {
        with_password(town).await;
        for out in OUT {
            let (cookie, next) = sign_in(town, out).await;
            leads_home(&next, out);
            let known = Request::post("/language").header(header::COOKIE, &cookie);
            let form = serde_html_form::to_string([("lang", "zh-CN"), ("back", *out)]).unwrap();
            let answer = browse(town, known, &form).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{out:?}: {}", answer.text);
            leads_home(location(&answer), out);
            let query = serde_html_form::to_string([("next", *out)]).unwrap();
            let again = Request::get(format!("/login?{query}")).header(header::COOKIE, &cookie);
            let answer = browse(town, again, "").await;
            leads_home(location(&answer), out);
            let page = browse(town, Request::get(format!("/login?{query}")), "").await;
            assert_eq!(page.status, StatusCode::OK, "{out:?}");
            let next = page.text.split("name=\"next\" value=\"").nth(1).expect("where to");
            leads_home(next.split('"').next().unwrap(), out);
        }
        let (_, next) = sign_in(town, "/orders?status=open").await;
        assert_eq!(next, "/orders?status=open", "a way inside is kept");
    })
    .await;
}

/// A path of ours, whatever a browser makes of it.
fn leads_home(to: &str, asked: &str) {
    let seen: String = to.chars().filter(|it| !it.is_control()).collect();
    let seen = seen.trim().replace('\\', "/");
    assert!(seen.starts_with('/') && !seen.starts_with("//"), "{asked:?} leads to {to:?}");
}

#[tokio::test]
async fn what_is_asked_of_a_list_never_reaches_the_database_as_more_than_a_value() {
    everywhere("injected", async |town| {
        town.fault().await;
        let tries = [
            "' or '1'='1",
            "1; drop table orders; --",
            "opened; select pg_sleep(9)",
            "(select password from people)",
            "opened desc, (select 1)",
            "\" or \"\"=\"",
            "%' or 1=1 --",
            "$1",
            "?1",
        ];
        let fields: &[(&str, &[&str])] = &[
            ("/orders", &["status", "kind", "outlet", "technician", "sort", "q", "owner", "visit"]),
            ("/requests", &["status", "kind", "channel", "sort", "customer", "q"]),
            ("/customers", &["q", "kind", "district", "class", "sort"]),
            ("/devices", &["q", "serial", "category", "model", "coverage", "sort"]),
            ("/callbacks", &["status", "order", "sort", "due_before"]),
        ];
        for (list, names) in fields {
            for name in *names {
                for it in tries {
                    let query = serde_html_form::to_string([(*name, it)]).unwrap();
                    let who = if *list == "/callbacks" { "hui" } else { "mei" };
                    let answer = town.get(who, &format!("{list}?{query}")).await;
                    let none = answer.json["items"].as_array().is_some_and(Vec::is_empty);
                    let no = answer.status == StatusCode::UNPROCESSABLE_ENTITY;
                    assert!(none || no, "{list}?{query}: {} {}", answer.status, answer.text);
                }
            }
        }
        let there = "select count(*) from orders where id <> $1";
        let all: i64 =
            town.house(async move |cx| cx.tx.cell(there, &[Value::Text("x".into())]).await).await;
        assert_eq!(all, 1);
    })
    .await;
}

/// A greeting in TLS, written by hand: no library of today says the old ones.
fn hello(version: [u8; 2], suite: [u8; 2]) -> Vec<u8> {
    let groups = [0, 0x0a, 0, 4, 0, 2, 0, 0x1d];
    let signatures = [0, 0x0d, 0, 8, 0, 6, 4, 3, 8, 4, 4, 1];
    let more = [groups.as_slice(), &signatures].concat();
    let mut body = version.to_vec();
    body.extend([7; 32]);
    body.extend([0, 0, 2, suite[0], suite[1], 1, 0]);
    body.extend(u16::try_from(more.len()).unwrap().to_be_bytes());
    body.extend(more);
    let mut message = vec![1, 0];
    message.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
    message.extend(body);
    let mut record = vec![0x16, 3, 1];
    record.extend(u16::try_from(message.len()).unwrap().to_be_bytes());
    record.extend(message);
    record
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_https_only_what_is_safe_today_is_spoken() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let town = Town::today("tlsonly", On::Sqlite).await;
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let (cert, own) = (town.folder().join("cert.pem"), town.folder().join("key.pem"));
    std::fs::write(&cert, certificate.pem()).unwrap();
    std::fs::write(&own, key.serialize_pem()).unwrap();
    let server =
        Running::start_as(&town, |it| it.env("BAOXIU_TLS_CERT", &cert).env("BAOXIU_TLS_KEY", &own));
    let address = server.url.trim_start_matches("https://").to_owned();
    let answers = async |words: Vec<u8>| {
        let mut wire = tokio::net::TcpStream::connect(&address).await.unwrap();
        wire.write_all(&words).await.unwrap();
        let mut kind = [0];
        wire.read(&mut kind).await.ok().filter(|it| *it > 0).map(|_| kind[0])
    };
    const GREETED: Option<u8> = Some(0x16);
    const REFUSED: Option<u8> = Some(0x15);
    let (tls_10, tls_11, tls_12) = ([3, 1], [3, 2], [3, 3]);
    // ECDHE with AES-GCM, and then what is broken or was never good: CBC with SHA-1, RC4, 3DES,
    // no forward secrecy.
    let good = [0xc0, 0x2b];
    assert_eq!(answers(hello(tls_12, good)).await, GREETED);
    for version in [tls_10, tls_11] {
        assert_eq!(answers(hello(version, good)).await, REFUSED, "{version:?}");
    }
    for bad in [[0xc0, 0x09], [0, 5], [0, 0x0a], [0, 0x2f], [0, 0x9c], [0, 0xff]] {
        assert_eq!(answers(hello(tls_12, bad)).await, REFUSED, "{bad:?}");
    }
    // Without TLS one hears nothing of the house.
    let plain = answers(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec()).await;
    assert!(plain.is_none() || plain == REFUSED, "{plain:?}");
}
