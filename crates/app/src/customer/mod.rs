//! 用户档案: customers, found while typing, filed once, merged when filed twice.

pub mod ops;
mod store;

pub use store::Customer;
