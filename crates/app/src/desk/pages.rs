//! Pages that gather: the workbench, the search over everything, requests, orders, customers and
//! devices with all that belongs to them.

mod bulk;
mod customers;
mod devices;
mod history;
mod home;
mod line;
mod live;
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
        .merge(bulk::routes())
        .merge(customers::routes())
        .merge(devices::routes())
        .route("/", get(home::show))
        .route("/first/{order}", post(home::take))
        .route("/live", get(live::show))
        .route("/search", get(search::show))
        .route("/requests", get(requests::list))
        .route("/requests.xlsx", get(requests::download))
        .route("/requests.csv", get(requests::download))
        .route("/requests/{id}", get(requests::one))
        .route("/requests/{id}/answer", post(requests::answer))
        .merge(order::routes())
}
