//! 服务单: from the report to the closed order. Rules in `rules::order`; here is how they are kept
//! and done. Dispatch, visit and callback, listed later, take the steps that are theirs.

mod asked;
pub mod ops;
pub mod pages;
mod store;

pub use asked::{Asked, cursor};
pub use store::{Filter, Listed, Page, Sort};
