//! 用户档案 on screen: the list, one customer with everything that is known of them, filing and
//! changing them, and making one file of two.

mod form;
mod list;
mod merge;
mod one;

use axum::{
    Router,
    routing::{get, post},
};

use crate::{App, ui::back};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/customers", get(list::show))
        .route("/customers.xlsx", get(list::download))
        .route("/customers.csv", get(list::download))
        .route("/customers/new", get(form::blank).post(form::file))
        .route("/customers/{id}", get(one::show))
        .route("/customers/{id}/reveal", get(back).post(one::reveal))
        .route("/customers/{id}/edit", get(form::edit).post(form::change))
        .route("/customers/{id}/edit/open", post(form::open))
        .route("/customers/{id}/merge", get(merge::show).post(merge::merge))
}
