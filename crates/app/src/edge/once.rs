//! The same thing sent twice happens once: an `Idempotency-Key` is remembered per person and
//! path for a day, with the answer, in the transaction of what it did.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use kernel::{Column as _, Result, Value, refusals};
pub use platform::events::hex;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Fail, Who};
use crate::{App, Cx};

refusals! {
    KEY_USED Conflict   "idempotency.other_body";
    KEY_BAD  Unreadable "idempotency.bad_key";
}

/// So long an answer is remembered.
pub const KEPT: kernel::Span = kernel::Span::hours(24);

/// The key that came with the request, with the path it came to.
#[derive(Debug, Clone)]
pub struct Key {
    key: Option<String>,
    path: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Key, Fail> {
        let path = parts.uri.path().to_owned();
        let Some(key) = parts.headers.get("idempotency-key") else {
            return Ok(Key { key: None, path });
        };
        let key = key.to_str().map_err(|_| KEY_BAD)?.trim().to_owned();
        if key.is_empty() || key.len() > 200 {
            return Err(KEY_BAD.into());
        }
        Ok(Key { key: Some(key), path })
    }
}

/// One use case whose answer is kept with its key. The answer is made inside the transaction, so
/// it shows exactly what was done.
pub async fn once<T: Serialize>(
    app: &App,
    who: &Who,
    key: Key,
    body: &[u8],
    status: StatusCode,
    work: impl AsyncFn(&mut Cx) -> Result<T> + Send + 'static,
) -> Result<Response, Fail> {
    let body: String = hex(&Sha256::digest(body));
    let answer = app.act(&who.actor, async move |cx| {
        if let Some(known) = recall(cx, &key, &body).await? {
            return Ok(known);
        }
        let done = serde_json::to_string(&work(cx).await?);
        let answer = done.map_err(|e| anyhow::anyhow!("writing an answer: {e}"))?;
        if cx.refused.is_none() {
            remember(cx, &key, &body, status, &answer).await?;
        }
        Ok((status, answer))
    });
    let (status, answer) = answer.await?;
    Ok(json(status, answer))
}

/// The answer that was given to this before: asked before slow work, and before what was possible
/// then is refused now.
pub async fn answered(
    app: &App,
    who: &Who,
    key: &Key,
    body: &[u8],
) -> Result<Option<Response>, Fail> {
    if key.key.is_none() {
        return Ok(None);
    }
    let (key, body) = (key.clone(), hex(&Sha256::digest(body)));
    let known = app.act(&who.actor, async move |cx| recall(cx, &key, &body).await).await?;
    Ok(known.map(|(status, answer)| json(status, answer)))
}

/// The key of a form: the one it was drawn with, and everything typed. Sent again it is the same;
/// changed and sent again it is another.
pub fn form_key(path: &str, values: &[(String, String)]) -> Key {
    let drawn = values.iter().any(|it| it.0 == "_key" && !it.1.is_empty());
    let typed = serde_html_form::to_string(values).unwrap_or_default();
    let key = drawn.then(|| hex(&Sha256::digest(typed.as_bytes())));
    Key { key, path: path.to_owned() }
}

/// What a form did, or did before: the id of what came of it.
pub async fn replayed(
    cx: &mut Cx,
    key: &Key,
    work: impl AsyncFn(&mut Cx) -> Result<String>,
) -> Result<String> {
    if let Some((_, known)) = recall(cx, key, "").await? {
        return Ok(known);
    }
    let done = work(cx).await?;
    remember(cx, key, "", StatusCode::SEE_OTHER, &done).await?;
    Ok(done)
}

/// An answer that is JSON already; what has a version says so in its `ETag`.
pub fn json(status: StatusCode, text: String) -> Response {
    let version = serde_json::from_str::<Versioned>(&text).ok().and_then(|it| it.version);
    let mut response = answer(status, text);
    if let Some(Ok(tag)) = version.map(|it| HeaderValue::from_str(&format!("\"{it}\""))) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

fn answer(status: StatusCode, text: String) -> Response {
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    (status, [kind], text).into_response()
}

fn written(it: &impl Serialize) -> Result<String, Fail> {
    Ok(serde_json::to_string(it).map_err(|e| anyhow::anyhow!("writing an answer: {e}"))?)
}

/// The same for what was only looked at.
pub fn shown(it: impl Serialize) -> Result<Response, Fail> {
    Ok(json(StatusCode::OK, written(&it)?))
}

/// The same for a list: it is long, and has no version to be looked for.
pub fn listed(it: impl Serialize) -> Result<Response, Fail> {
    Ok(answer(StatusCode::OK, written(&it)?))
}

#[derive(serde::Deserialize)]
struct Versioned {
    version: Option<i64>,
}

async fn recall(cx: &mut Cx, key: &Key, body: &str) -> Result<Option<(StatusCode, String)>> {
    let Some(name) = &key.key else { return Ok(None) };
    let sql = "select body, status, answer, at from replies
               where person = $1 and path = $2 and key = $3";
    let person = cx.person().unwrap_or_default();
    let cells = [person.write(), key.path.write(), name.write()];
    let Some(row) = cx.tx.row(sql, &cells).await? else { return Ok(None) };
    if row.get::<kernel::Time>(3)?.after(KEPT) < cx.now() {
        let sql = "delete from replies where person = $1 and path = $2 and key = $3";
        cx.tx.run(sql, &cells).await?;
        return Ok(None);
    }
    if row.get::<String>(0)? != body {
        return Err(KEY_USED.into());
    }
    let status = u16::try_from(row.get::<i64>(1)?).unwrap_or(200);
    Ok(Some((StatusCode::from_u16(status).unwrap_or(StatusCode::OK), row.get(2)?)))
}

async fn remember(
    cx: &mut Cx,
    key: &Key,
    body: &str,
    status: StatusCode,
    answer: &str,
) -> Result<()> {
    let Some(name) = &key.key else { return Ok(()) };
    let cells = [
        cx.person().unwrap_or_default().write(),
        key.path.write(),
        name.write(),
        Value::Text(body.to_owned()),
        Value::Int(i64::from(status.as_u16())),
        Value::Text(answer.to_owned()),
        cx.now().write(),
    ];
    let columns = ["person", "path", "key", "body", "status", "answer", "at"];
    cx.tx.insert("replies", &columns, &cells).await
}
