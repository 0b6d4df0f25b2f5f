//! 通知: what people are told. In-app for those who work here; for the customer a text that is
//! read aloud and confirmed, or a message through the configured adapter.

pub mod jobs;
pub mod ops;
pub mod pages;
mod store;

pub use store::Notice;
