//! 回访: every signed order is called back the next working day.

pub mod ops;
mod store;

pub use store::{Callback, Filter};
