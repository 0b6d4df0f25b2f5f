//! The pages of those who keep the house in order.

mod network;

use axum::{
    Router,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use kernel::Refusal;

use crate::{
    App,
    edge::Fail,
    ui::{Frame, first_setting},
};

pub fn routes() -> Router<App> {
    Router::new().route("/admin", get(first)).merge(network::routes())
}

/// Everybody begins with what is theirs.
async fn first(f: Frame) -> Result<Response, Fail> {
    let to = first_setting(&f).ok_or(Refusal::NOT_ALLOWED)?;
    Ok(Redirect::to(to).into_response())
}
