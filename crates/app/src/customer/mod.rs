//! 用户档案: customers, found while typing, filed once, merged when filed twice.

mod asked;
pub mod ops;
mod store;

pub use asked::{Asked, cursor};
pub use store::Customer;
