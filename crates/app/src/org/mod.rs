//! 网络: headquarters, regions, outlets, dealers and partners, and who serves which district.

pub mod ops;
pub mod pages;
mod store;

pub use store::Org;
