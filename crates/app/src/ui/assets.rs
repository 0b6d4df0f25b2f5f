//! What the browser loads beside the pages: styles, scripts, icons. The address carries the hash
//! of what it leads to, so that the browser may keep it for good.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    Router,
    extract::{Path, RawQuery},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use maud::{Markup, html};
use rust_embed::RustEmbed;

use crate::{App, edge::hex};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets"]
#[exclude = "package.json"]
#[exclude = "icons.txt"]
struct Assets;

/// The first letters of each file's hash.
static HASHES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let hashed = |path: std::borrow::Cow<'static, str>| {
        let file = Assets::get(&path)?;
        Some((path.into_owned(), hex(&file.metadata.sha256_hash()[..6])))
    };
    Assets::iter().filter_map(hashed).collect()
});

/// Kept for a year: another content has another address.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";

pub fn routes() -> Router<App> {
    Router::new()
        .route("/assets/{*path}", get(asset))
        .route("/favicon.ico", get(async |query| asset(Path("favicon.svg".into()), query).await))
}

/// The address of a file in `assets/`.
pub fn href(path: &str) -> String {
    let hash = HASHES.get(path).map(String::as_str).unwrap_or_default();
    format!("/assets/{path}?h={hash}")
}

/// A symbol of `icons.svg`, drawn as large as its place says. It says nothing to a screen reader:
/// the word stands beside it, or the button has a name.
pub fn icon(name: &str) -> Markup {
    let href = format!("{}#{name}", href("icons.svg"));
    html! { svg class="icon" aria-hidden="true" { use href=(href) {} } }
}

async fn asset(Path(path): Path<String>, RawQuery(query): RawQuery) -> Response {
    let Some(file) = Assets::get(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let named = HASHES.get(&path).map(|hash| format!("h={hash}"));
    // In a debug build the file may change under the same process.
    let fixed = !cfg!(debug_assertions) && named.is_some() && query == named;
    let cache = HeaderValue::from_static(if fixed { FOR_GOOD } else { ASK_AGAIN });
    let kind = HeaderValue::from_static(kind(&path));
    let headers = [(header::CACHE_CONTROL, cache), (header::CONTENT_TYPE, kind)];
    (headers, file.data.into_owned()).into_response()
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|it| it.1) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "text/plain; charset=utf-8",
    }
}
