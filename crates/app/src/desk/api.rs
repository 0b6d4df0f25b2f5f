//! The JSON of the main job, exactly as the interfaces say. Each handler is a thin shell around
//! the same operations that the pages use; the answer is made in the transaction that did it.

mod files;
mod lists;
mod objects;
mod orders;
mod requests;

use axum::Router;

use crate::App;

pub use crate::edge::asked::{self, cut};
pub use orders::photo_kind;

/// Everything under `/api/v1`.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(requests::routes())
        .merge(orders::routes())
        .merge(objects::routes())
        .merge(lists::routes())
        .merge(files::routes())
}

/// A page of a list.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub struct Items<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}
