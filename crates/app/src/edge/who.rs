//! Who is asking: the person behind a session cookie or a bearer token, and their language.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::Response,
};
use kernel::{Kind, Lang, Refusal, Time, refusals};
use rules::policy::Actor;

use super::Fail;
use crate::{App, account, app::Config, say::Say};

/// The session cookie.
pub const COOKIE: &str = "baoxiu";
/// Over HTTPS browsers take one of this name from this host alone, and give it to nobody else.
const COOKIE_OF_HOST: &str = "__Host-baoxiu";

refusals! {
    UNKNOWN      Unknown    "unknown";
    CROSS_ORIGIN NotAllowed "cross_origin";
}

/// Someone who is known. The extractor refuses everybody else.
#[derive(Debug, Clone)]
pub struct Who {
    pub actor: Arc<Actor>,
    pub say: Say,
    pub session: Session,
}

/// By which key they came in.
#[derive(Debug, Clone)]
pub struct Session {
    /// The hash of the key, as it is stored.
    pub hash: String,
    /// A browser's session rather than a token.
    pub browser: bool,
    /// Has to choose a new password before anything else.
    pub must_change: bool,
    /// Without further use it opens the door until then.
    pub until: Time,
}

/// Looks the key up once per request and leaves who it is for the handlers.
pub async fn identify(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let lang = reader_language(headers, request.uri().path());
    // A program with a token of its own comes from nowhere; everybody else is a browser.
    let program = headers.contains_key(header::AUTHORIZATION);
    if !program && crosses(request.method(), headers) {
        return Fail::response(Refusal::clone(&CROSS_ORIGIN).into());
    }
    if let Some((key, browser)) = key(headers, &app.config) {
        // A program has no page that could ask while it does nothing.
        let used = !browser || !asks_by_itself(&request);
        match account::ops::who(&app, &key, browser, used).await {
            Ok(Some(known)) => {
                let say = Say(lang.unwrap_or(known.lang));
                let actor = Arc::new(known.actor);
                request.extensions_mut().insert(say);
                request.extensions_mut().insert(Who { actor, say, session: known.session });
            }
            Ok(None) => (),
            Err(error) => return Fail::response(error),
        }
    }
    let said = request.extensions().get::<Say>().copied();
    let say = said.unwrap_or(Say(lang.unwrap_or(app.company().lang)));
    request.extensions_mut().insert(say);
    next.run(request).await
}

/// What `live.js` says when nobody did anything.
const BY_ITSELF: &str = "x-by-itself";

/// An open page asks what is new, and for the parts of it that have changed.
fn asks_by_itself(request: &Request) -> bool {
    request.uri().path() == "/live" || request.headers().contains_key(BY_ITSELF)
}

/// API: `Accept-Language`. Pages: the choice in the cookie, else the person's own language.
pub fn reader_language(headers: &HeaderMap, path: &str) -> Option<Lang> {
    let accepted = || {
        let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        text.split(',').find_map(|it| match it.trim().get(..2)?.to_ascii_lowercase().as_str() {
            "zh" => Some(Lang::Zh),
            "en" => Some(Lang::En),
            _ => None,
        })
    };
    let chosen = cookie(headers, "lang").and_then(|it| Lang::parse(&it));
    if path.starts_with("/api/") { accepted() } else { chosen }
}

/// What the session cookie is called here.
pub fn session_cookie(config: &Config) -> &'static str {
    if config.secure_cookies { COOKIE_OF_HOST } else { COOKIE }
}

fn key(headers: &HeaderMap, config: &Config) -> Option<(String, bool)> {
    if let Some(text) = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok()) {
        let (scheme, token) = text.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| (token.trim().to_owned(), false));
    }
    cookie(headers, session_cookie(config)).map(|it| (it, true))
}

pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|it| it.to_str().ok());
    all.flat_map(|it| it.split(';')).find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key.trim() == name).then(|| value.trim().to_owned())
    })
}

/// A browser says where a form comes from; from elsewhere nothing is changed with our cookie.
fn crosses(method: &Method, headers: &HeaderMap) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return false };
    let host = text("host").unwrap_or_default();
    origin.split_once("://").is_none_or(|(_, from)| from != host)
}

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Who, Fail> {
        debug_assert!(UNKNOWN.kind == Kind::Unknown);
        parts.extensions.get::<Who>().cloned().ok_or_else(|| Fail::from(UNKNOWN))
    }
}

/// Where one may also come as nobody.
impl<S: Send + Sync> OptionalFromRequestParts<S> for Who {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Option<Who>, std::convert::Infallible> {
        Ok(parts.extensions.get::<Who>().cloned())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Say {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Say, std::convert::Infallible> {
        Ok(parts.extensions.get::<Say>().copied().unwrap_or(Say(Lang::Zh)))
    }
}
