//! 上门: the technician on site, from departure to the customer's signature.

pub mod ops;
pub mod picture;
mod store;

pub use store::{Charge, Consent, Part, Photo};
