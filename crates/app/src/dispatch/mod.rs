//! 派工: who goes, and when. By hand here; the planner proposes in a later order.

mod day;
pub mod ops;
mod store;

pub use store::Visit;
