//! Keys: a session is new at every sign-in and dead after the last, a code opens once, and from
//! outside a login that nobody has looks like any other.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use kernel::Value;
use rules::policy::PersonId;

use crate::{
    bad_input::{browse, sign_in, with_password},
    crash::Running,
    forms::goes,
    town::{On, Town, everywhere},
};

async fn me_by(town: &Town, name: header::HeaderName, value: &str) -> StatusCode {
    let request = Request::get("/api/v1/me").header(name, value);
    town.ask(request.body(Body::empty()).unwrap()).await.status
}

async fn by_cookie(town: &Town, cookie: &str) -> StatusCode {
    me_by(town, header::COOKIE, cookie).await
}

/// What somebody's phone shows with the second factor.
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// The code of this moment.
fn code(town: &Town, secret: &str) -> String {
    let now = u64::try_from(town.app.now().millis() / 1000).unwrap();
    let bytes = totp_rs::Secret::try_from_base32(secret).unwrap();
    totp_rs::Builder::new().with_secret(bytes).build().unwrap().generate(now).to_string()
}

#[tokio::test]
async fn a_session_somebody_brought_along_is_not_the_one_they_get() {
    everywhere("fixation", async |town| {
        with_password(town).await;
        let brought = "baoxiu=brought-along-by-somebody-else-for-a-purpose";
        let form = "login=mei&password=correct+horse+9";
        let request = Request::post("/login").header(header::COOKIE, brought);
        let answer = browse(town, request, form).await;
        let given = answer.headers[header::SET_COOKIE].to_str().unwrap().to_owned();
        let given = given.split(';').next().unwrap();
        assert_ne!(given, brought);
        assert!(given.len() > "baoxiu=".len() + 40, "as many letters as cannot be guessed");
        assert_eq!(by_cookie(town, brought).await, StatusCode::UNAUTHORIZED);
        assert_eq!(by_cookie(town, given).await, StatusCode::OK);
        // Signed in again with it in hand, the one before is over.
        let request = Request::post("/login").header(header::COOKIE, given);
        let again = browse(town, request, form).await;
        let second = again.headers[header::SET_COOKIE].to_str().unwrap();
        let second = second.split(';').next().unwrap();
        assert_ne!(second, given, "every sign-in has a key of its own");
        assert_eq!(by_cookie(town, given).await, StatusCode::UNAUTHORIZED);
        assert_eq!(by_cookie(town, second).await, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_key_opens_nothing_after_its_end_and_no_other_door() {
    everywhere("replay", async |town| {
        with_password(town).await;
        let (first, _) = sign_in(town, "/").await;
        let (second, _) = sign_in(town, "/").await;
        let key = first.split_once('=').unwrap().1;
        // A session is no token, and a token no session.
        let bearer = format!("Bearer {key}");
        assert_eq!(me_by(town, header::AUTHORIZATION, &bearer).await, StatusCode::UNAUTHORIZED);
        let token = town.token("chen").to_owned();
        let cookie = format!("baoxiu={token}");
        assert_eq!(by_cookie(town, &cookie).await, StatusCode::UNAUTHORIZED);
        // Signed out, the same cookie is worth nothing.
        let out = browse(town, Request::post("/logout").header(header::COOKIE, &first), "").await;
        assert_eq!(out.headers["clear-site-data"], "\"storage\"", "nor does it keep anything");
        assert_eq!(by_cookie(town, &first).await, StatusCode::UNAUTHORIZED);
        assert_eq!(by_cookie(town, &second).await, StatusCode::OK, "the other stays");
        // Another password ends every session, and so does the end of the job.
        with_password(town).await;
        assert_eq!(by_cookie(town, &second).await, StatusCode::UNAUTHORIZED);
        let (third, _) = sign_in(town, "/").await;
        // Half a day without use, or half a day in all: a session has an end.
        town.later(24 * 60);
        assert_eq!(by_cookie(town, &third).await, StatusCode::UNAUTHORIZED);
        let bearer = format!("Bearer {token}");
        assert_eq!(me_by(town, header::AUTHORIZATION, &bearer).await, StatusCode::OK);
        let id = PersonId::parse(&town.id("chen")).unwrap();
        town.house(async move |cx| {
            let sql = "update people set status = 'left' where id = $1";
            cx.tx.run(sql, &[Value::Text(id.to_string())]).await
        })
        .await;
        assert_eq!(me_by(town, header::AUTHORIZATION, &bearer).await, StatusCode::UNAUTHORIZED);
    })
    .await;
}

/// ASVS 7.4.2: whoever is suspended or leaves is out with everything that let them in, and what let them in
/// before does not when they come back.
#[tokio::test]
async fn who_leaves_is_out_at_once_with_every_key() {
    everywhere("leaves", async |town| {
        with_password(town).await;
        let (cookie, _) = sign_in(town, "/").await;
        assert_eq!(by_cookie(town, &cookie).await, StatusCode::OK);
        let bearer = format!("Bearer {}", town.token("chen"));
        assert_eq!(me_by(town, header::AUTHORIZATION, &bearer).await, StatusCode::OK);
        for status in ["suspended", "active", "left"] {
            for who in ["mei", "chen"] {
                let path = format!("/people/{}/status", town.id(who));
                goes(town, "guan", &path, &[("status", status)]).await;
            }
            assert_eq!(by_cookie(town, &cookie).await, StatusCode::UNAUTHORIZED, "{status}");
            let by_token = me_by(town, header::AUTHORIZATION, &bearer).await;
            assert_eq!(by_token, StatusCode::UNAUTHORIZED, "{status}");
            if status == "active" {
                let (new, _) = sign_in(town, "/").await;
                assert_eq!(by_cookie(town, &new).await, StatusCode::OK, "by their password");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_page_that_asks_by_itself_keeps_nobody_signed_in() {
    everywhere("unused", async |town| {
        with_password(town).await;
        let (asking, _) = sign_in(town, "/").await;
        let (working, _) = sign_in(town, "/").await;
        let get = async |path: &str, cookie: &str, by_itself: bool| {
            let mut request = Request::get(path).header(header::COOKIE, cookie);
            if by_itself {
                request = request.header("x-by-itself", "1");
            }
            let request = request.header(header::ACCEPT, "application/json");
            town.ask(request.body(Body::empty()).unwrap()).await.status
        };
        let idle = town.app.company().idle.as_millis() / 60_000;
        for _ in 0..3 {
            town.later(idle * 2 / 5);
            get("/live", &asking, false).await;
            get("/", &asking, true).await;
            assert_eq!(get("/", &working, false).await, StatusCode::OK);
        }
        assert_eq!(by_cookie(town, &asking).await, StatusCode::UNAUTHORIZED);
        assert_eq!(by_cookie(town, &working).await, StatusCode::OK);
        // Whoever uses a token is seen to use it, whatever they say of themselves.
        let seen = async || {
            let sql = "select seen_at from keys where kind = 'token' and person = $1";
            let of = Value::Text(town.id("chen"));
            town.house(async move |cx| cx.tx.cell::<i64>(sql, std::slice::from_ref(&of)).await)
                .await
        };
        let before = seen().await;
        town.later(10);
        let request = Request::get("/api/v1/me").header("x-by-itself", "1");
        let bearer = format!("Bearer {}", town.token("chen"));
        let request = request.header(header::AUTHORIZATION, bearer);
        town.ask(request.body(Body::empty()).unwrap()).await;
        assert!(seen().await > before, "the token was used");
    })
    .await;
}

#[tokio::test]
async fn a_second_factor_is_not_replaced_by_whoever_finds_the_screen_open() {
    everywhere("factor2", async |town| {
        with_password(town).await;
        let (cookie, _) = sign_in(town, "/").await;
        let send = async |secret: &str| {
            let form = format!("secret={secret}&second_code={}", code(town, secret));
            let request = Request::post("/me/second-factor").header(header::COOKIE, &cookie);
            browse(town, request, &form).await
        };
        assert_eq!(send(SECRET).await.status, StatusCode::SEE_OTHER);
        let other = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU";
        let again = send(other).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text.contains("请先用密码关闭它"), "{}", again.text);
        let kept = town.house(async |cx| {
            let sql = "select totp from people where login = 'mei'";
            cx.tx.cell::<String>(sql, &[]).await
        });
        assert_eq!(kept.await, SECRET);
    })
    .await;
}

#[tokio::test]
async fn a_code_of_the_second_factor_opens_once_and_half_way_is_not_in() {
    everywhere("codes2", async |town| {
        with_password(town).await;
        let id = town.id("mei");
        town.house(async move |cx| {
            let sql = "update people set totp = $1 where id = $2";
            cx.tx.run(sql, &[Value::Text(SECRET.into()), Value::Text(id.clone())]).await
        })
        .await;
        let half = async || {
            let answer =
                browse(town, Request::post("/login"), "login=mei&password=correct+horse+9").await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            assert!(!answer.headers.contains_key(header::SET_COOKIE));
            let at = answer.text.find("name=\"half\" value=\"").unwrap() + 19;
            answer.text[at..].split('"').next().unwrap().to_owned()
        };
        let code = code(town, SECRET);
        let key = half().await;
        assert_eq!(by_cookie(town, &format!("baoxiu={key}")).await, StatusCode::UNAUTHORIZED);
        let send = async |half: &str, code: &str| {
            let form = format!("half={half}&code={code}&login=mei");
            browse(town, Request::post("/login/code"), &form).await
        };
        assert_eq!(send(&key, &code).await.status, StatusCode::SEE_OTHER);
        // The same code, with the same key and with a new one.
        assert_eq!(send(&key, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let again = half().await;
        assert_eq!(send(&again, &code).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Five guesses, and the door is shut for a while: a million codes are not tried.
        for n in 0..4 {
            assert!(!send(&again, &format!("00000{n}")).await.status.is_success());
        }
        assert_eq!(send(&again, "000009").await.status, StatusCode::TOO_MANY_REQUESTS);
    })
    .await;
}

/// A figure of the running program.
async fn figure(http: &reqwest::Client, url: &str, name: &str) -> u64 {
    let text = http.get(format!("{url}/metrics")).send().await.unwrap().text().await.unwrap();
    let line = text.lines().find_map(|it| it.strip_prefix(name)?.strip_prefix(' '));
    line.map_or(0, |it| it.trim().parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_nobody_has_costs_the_same_work_and_gets_the_same_answer() {
    let town = Town::today("strangers", On::Sqlite).await;
    let server = Running::start_as(&town, |it| {
        it.env("BAOXIU_ARGON2_MEMORY", "96").env("BAOXIU_ARGON2_PASSES", "2")
    });
    // With a password made under the rules of the program that checks it.
    let mut config = (*town.app.config).clone();
    config.argon2 = (96, 2);
    let app = baoxiu::App::new(town.app.db.clone(), town.app.clock.clone(), town.app.dice, config);
    let hashed = baoxiu::account::password::hash(&app, "correct horse 9").await.unwrap();
    let id = PersonId::parse(&town.id("mei")).unwrap();
    town.house(async move |cx| baoxiu::account::ops::reset_password(cx, &id, &hashed).await).await;
    let http = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let mut heard = Vec::new();
    // Somebody known, somebody who never had a password, and nobody at all.
    for login in ["mei", "li", "nobody", "' or 1=1 --"] {
        let before = figure(&http, &server.url, "baoxiu_password_work_total").await;
        let form = serde_html_form::to_string([("login", login), ("password", "wrong guess 1")]);
        let answer = http
            .post(format!("{}/login", server.url))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form.unwrap())
            .send()
            .await
            .unwrap();
        let status = answer.status();
        let typed = format!("value=\"{}\"", escaped(login));
        let text = answer.text().await.unwrap().replace(&typed, "what was typed");
        let after = figure(&http, &server.url, "baoxiu_password_work_total").await;
        heard.push((status.as_u16(), text, after - before));
    }
    assert_eq!((heard[0].0, heard[0].2), (422, 96 * 2), "{}", heard[0].1);
    for other in &heard[1..] {
        assert_eq!(other, &heard[0]);
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[tokio::test]
async fn a_password_is_taken_letter_by_letter_and_changed_with_the_old_one() {
    everywhere("letters", async |town| {
        with_password(town).await;
        let (cookie, _) = sign_in(town, "/").await;
        let (kept, _) = sign_in(town, "/").await;
        // Blanks at both ends, a letter nobody sees, four bytes, and as long as may be.
        let long = format!(" \u{200b}Passwort 密码 𠮷9 {} ", "x".repeat(60));
        let change = async |current: &str, new: &str, again: &str| {
            let form = [("current", current), ("password", new), ("again", again)];
            let form = serde_html_form::to_string(form).unwrap();
            let request = Request::post("/me/password").header(header::COOKIE, &cookie);
            browse(town, request, &form).await.status
        };
        let no = StatusCode::UNPROCESSABLE_ENTITY;
        assert_eq!(change("not the old one", &long, &long).await, no);
        assert_eq!(change("", &long, &long).await, no);
        assert_eq!(change("correct horse 9", &long, long.trim()).await, no);
        assert_eq!(change("correct horse 9", &long, &long).await, StatusCode::SEE_OTHER);
        assert_eq!(by_cookie(town, &cookie).await, StatusCode::OK, "whoever changed it goes on");
        assert_eq!(by_cookie(town, &kept).await, StatusCode::UNAUTHORIZED, "the others end");
        let enter = async |password: &str| {
            let form = serde_html_form::to_string([("login", "mei"), ("password", password)]);
            browse(town, Request::post("/login"), &form.unwrap()).await.status
        };
        for other in [long.trim(), &long.to_lowercase(), &long.replace('\u{200b}', ""), &long[..40]]
        {
            assert_eq!(enter(other).await, no, "{other:?}");
        }
        assert_eq!(enter(&long).await, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn the_door_is_made_for_password_managers_and_asks_for_no_hints() {
    let town = Town::new("managers", On::Sqlite).await;
    with_password(&town).await;
    let (cookie, _) = sign_in(&town, "/").await;
    let door = browse(&town, Request::get("/login"), "").await.text;
    let change = Request::get("/me/password").header(header::COOKIE, &cookie);
    let change = browse(&town, change, "").await.text;
    for (page, field, word) in [
        (&door, "password", "current-password"),
        (&change, "current", "current-password"),
        (&change, "password", "new-password"),
        (&change, "again", "new-password"),
    ] {
        let tag = page
            .split('<')
            .find(|it| it.starts_with("input") && it.contains(&format!("name=\"{field}\"")));
        let tag = tag.unwrap_or_else(|| panic!("{field} is not there: {page}"));
        assert!(tag.contains("type=\"password\""), "{tag}");
        assert!(tag.contains(&format!("autocomplete=\"{word}\"")), "{tag}");
        for bar in ["onpaste", "readonly", "maxlength=\"1\""] {
            assert!(!tag.contains(bar), "{tag}");
        }
    }
    for (page, name) in [(&door, "hint"), (&door, "question"), (&change, "hint")] {
        assert!(!page.contains(&format!("name=\"{name}")), "{page}");
    }
}
