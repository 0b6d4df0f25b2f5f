//! Pages that gather: the workbench, the search over everything, requests and orders with all that
//! belongs to them.

mod home;
mod order;
mod requests;
mod search;

use axum::{
    Router,
    routing::{get, post},
};

use crate::App;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::show))
        .route("/first/{order}", post(home::take))
        .route("/search", get(search::show))
        .route("/requests", get(requests::list))
        .route("/requests/{id}", get(requests::one))
        .route("/requests/{id}/answer", post(requests::answer))
        .merge(order::routes())
}
