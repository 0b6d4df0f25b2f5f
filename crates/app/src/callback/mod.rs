//! 回访: every signed order is called back the next working day.

mod asked;
pub mod ops;
pub mod pages;
mod store;

pub use asked::Asked;
pub use store::{Callback, Filter, Listed};
