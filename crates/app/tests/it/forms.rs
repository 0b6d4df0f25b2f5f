//! Pages as a browser without script uses them: looked at, and their forms sent.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use crate::town::{Answer, Town};

/// A page, that it is there, and that it says nothing raw.
pub async fn see(town: &Town, who: &str, path: &str) -> String {
    let answer = look(town, who, path, "zh-CN").await;
    assert_eq!(answer.status, StatusCode::OK, "{who} {path}: {}", answer.text);
    clean(&answer.text);
    answer.text
}

/// The page in that language, whatever the answer is.
pub async fn look(town: &Town, who: &str, path: &str, lang: &str) -> Answer {
    let request = Request::get(encoded(path))
        .header(header::AUTHORIZATION, format!("Bearer {}", town.token(who)))
        .header(header::COOKIE, format!("lang={lang}"));
    town.ask(request.body(Body::empty()).unwrap()).await
}

pub async fn send(town: &Town, who: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", town.token(who)))
        .header(header::COOKIE, "lang=zh-CN")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = serde_html_form::to_string(fields).unwrap();
    let answer = town.ask(request.body(Body::from(body)).unwrap()).await;
    clean(&answer.text);
    answer
}

/// Sent, taken, and led on; returns to where.
pub async fn goes(town: &Town, who: &str, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = send(town, who, path, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{who} {path}: {}", answer.text);
    answer.headers[header::LOCATION].to_str().unwrap().to_owned()
}

/// Refused, and the same form comes back with its errors.
pub async fn comes_back(town: &Town, who: &str, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = send(town, who, path, fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {}", answer.text);
    answer.text
}

/// A file by a plain form.
pub async fn upload(town: &Town, who: &str, path: &str, name: &str, bytes: &[u8]) -> Answer {
    let edge = "----edge";
    let mut body = format!(
        "--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.jpg\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{edge}--\r\n").as_bytes());
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", town.token(who)))
        .header(header::COOKIE, "lang=zh-CN")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={edge}"));
    town.ask(request.body(Body::from(body)).unwrap()).await
}

/// An address as a browser sends it.
fn encoded(path: &str) -> String {
    let letter = |it: char| match it.is_ascii() {
        true => it.to_string(),
        false => {
            it.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
        }
    };
    path.chars().map(letter).collect()
}

/// A text that is not there shows itself in such brackets.
fn clean(text: &str) {
    if let Some(at) = text.find('⟨') {
        let end = text[at..].char_indices().nth(60).map_or(text.len(), |it| at + it.0);
        panic!("a text is missing: {}", &text[at..end]);
    }
}
