//! The pages of those who keep the house in order.

mod network;

use axum::Router;

use crate::App;

pub fn routes() -> Router<App> {
    network::routes()
}
