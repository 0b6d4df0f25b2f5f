//! 设备档案: every unit by its serial, with buyer and user, and the dates its rights hang on.

mod asked;
pub mod ops;
mod store;

pub use asked::Asked;
pub use store::Device;
