//! 上门: the technician on site, from departure to the customer's signature.

pub mod job;
pub mod ops;
pub mod pages;
pub mod picture;
mod store;

pub use store::{Charge, Consent, Part, Photo};
