//! The application: one folder per capability, in reading order, and the little that all of them
//! share. A capability may call those listed before it; those after it hear of it by its events.

pub mod app;
pub mod calc;
pub mod cli;
pub mod company;
pub mod config;
mod cx;
pub mod edge;
mod migrations;
pub mod packs;
pub mod paging;
pub mod pulse;
pub mod reach;
mod reactions;
pub mod say;
pub mod schedule;
pub mod server;
pub mod ui;

pub mod org;

pub mod account;

pub mod customer;

pub mod product;

pub mod device;

pub mod notice;

pub mod warranty;

pub mod promise;

pub mod order;

pub mod intake;

pub mod dispatch;

pub mod visit;

pub mod callback;

pub mod desk;

pub mod demo;

pub mod import;

pub use crate::{app::App, cx::Cx};
