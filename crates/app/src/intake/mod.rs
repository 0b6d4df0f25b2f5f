//! 受理: every way a customer reaches us ends here, with a number, an owner and a promise.

pub mod ops;
pub mod pages;
mod store;

pub use store::{Draft, Filter, Request};
