//! 产品: models and their categories. Categories, components and fault codes are the pack's.

pub mod ops;
mod store;

pub use store::Product;
