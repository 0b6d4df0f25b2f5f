//! 设备档案 on screen: the list, one unit with its rights and its past, filing and changing it, and
//! giving it a new user.

mod form;
mod hand_over;
mod list;
mod one;
mod terms;
mod usage;

use axum::{Router, routing::get};

use crate::App;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/devices", get(list::show))
        .route("/devices.xlsx", get(list::download))
        .route("/devices.csv", get(list::download))
        .route("/devices/new", get(form::blank).post(form::file))
        .route("/devices/{id}", get(one::show))
        .route("/devices/{id}/edit", get(form::edit).post(form::change))
        .route("/devices/{id}/usage", get(usage::show).post(usage::save))
        .route("/devices/{id}/user", get(hand_over::show).post(hand_over::give))
}
