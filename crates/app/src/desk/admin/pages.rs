//! The pages of those who keep the house in order.

mod calendars;
mod events;
mod faults;
mod network;
mod packs;
mod roles;
mod security;
mod settings;
mod system;

use axum::Router;

use crate::App;

pub fn routes() -> Router<App> {
    let all = [
        network::routes(),
        settings::routes(),
        roles::routes(),
        packs::routes(),
        faults::routes(),
        calendars::routes(),
        security::routes(),
        events::routes(),
        system::routes(),
    ];
    all.into_iter().fold(Router::new(), Router::merge)
}
