//! 网络: headquarters, regions, outlets, dealers and partners, and who serves which district.

pub mod ops;
mod store;

pub use store::Org;
