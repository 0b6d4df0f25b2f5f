//! The JSON of the main job, exactly as the interfaces say. Each handler is a thin shell around
//! the same operations that the pages use; the answer is made in the transaction that did it.

mod callbacks;
mod candidates;
mod decisions;
pub mod files;
mod lists;
mod objects;
mod orders;
mod requests;

use axum::{Json, Router, routing::get};
use utoipa::{IntoResponses, Modify, OpenApi, ToSchema, openapi};
use utoipa_axum::router::OpenApiRouter;

use crate::App;

pub use crate::edge::asked::{self, cut};
pub use orders::{drawn, photo_kind};
pub use requests::ListQuery as RequestQuery;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "baoxiu",
        description = "包修 after-sales service: requests, service orders, visits, callbacks. \
                       Times are RFC 3339, money is whole fen, ids are TypeIDs. \
                       `Idempotency-Key` is honoured on every POST for 24 hours."
    ),
    components(schemas(Problem, ProblemField)),
    modifiers(&Keys),
    security(("token" = []), ("session" = []))
)]
struct About;

/// By what one comes in.
struct Keys;

impl Modify for Keys {
    fn modify(&self, it: &mut openapi::OpenApi) {
        use openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
        let all = it.components.get_or_insert_default();
        let token = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let cookie = ApiKeyValue::new(crate::edge::COOKIE);
        all.add_security_scheme("token", token);
        all.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// RFC 9457: how every "no" looks.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described; edge::no writes it")]
pub struct Problem {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    /// For programs: `order.step_not_possible`.
    code: String,
    /// What is wrong with single fields.
    errors: Option<Vec<ProblemField>>,
    /// What is possible instead, where a step is not.
    steps: Option<Vec<String>>,
}

#[derive(ToSchema)]
#[expect(dead_code, reason = "only described; edge::no writes it")]
pub struct ProblemField {
    field: String,
    code: String,
    detail: String,
}

/// What any call may answer instead.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only described; edge::no says them")]
enum Problems {
    /// It cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(Problem),
    /// Nobody knows who is asking.
    #[response(status = 401, content_type = "application/problem+json")]
    Unknown(Problem),
    /// In reach, but not yours to do.
    #[response(status = 403, content_type = "application/problem+json")]
    NotAllowed(Problem),
    /// Not there, or out of reach.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// Not as things stand, or the key was used for something else.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// Somebody changed it since it was read.
    #[response(status = 412, content_type = "application/problem+json")]
    Stale(Problem),
    /// More than is taken at once.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// Not of a kind that is read here.
    #[response(status = 415, content_type = "application/problem+json")]
    WrongMedia(Problem),
    /// A value is not acceptable; `errors` names each field.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
    /// Too many; `Retry-After` says when.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Problem),
    /// The house cannot just now; `Retry-After` says when.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

fn described() -> (Router<App>, openapi::OpenApi) {
    let routes = OpenApiRouter::new()
        .merge(requests::routes())
        .merge(orders::routes())
        .merge(candidates::routes())
        .merge(decisions::routes())
        .merge(objects::routes())
        .merge(callbacks::routes())
        .merge(lists::routes())
        .merge(files::routes());
    OpenApiRouter::with_openapi(About::openapi()).nest("/api/v1", routes).split_for_parts()
}

/// Everything under `/api`: the calls, their description, and a reader for it.
pub fn routes() -> Router<App> {
    let (routes, description) = described();
    let description = Json(description);
    routes
        .route("/api/openapi.json", get(async move || description.clone()))
        .route("/api/docs", get(reader))
}

/// The description as it stands in `docs/openapi.json`.
pub fn openapi() -> String {
    described().1.to_pretty_json().unwrap_or_default()
}

/// The vendored reader; its script finds the description by itself.
async fn reader() -> maud::Markup {
    maud::html! {
        (maud::DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { "baoxiu API" }
                link rel="stylesheet" href="/assets/vendor/swagger-ui/swagger-ui.css";
                script src="/assets/vendor/swagger-ui/swagger-ui-bundle.js" defer {}
                script src="/assets/api-docs.js" defer {}
            }
            body { div id="swagger-ui" {} }
        }
    }
}

/// A page of a list.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Items<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}
