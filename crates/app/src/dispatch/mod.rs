//! 派工: who goes, and when. By hand here; the planner proposes in a later order.

mod away;
mod board;
mod day;
pub mod ops;
pub mod pages;
mod store;
mod words;

pub use store::{Planned, Visit, VisitState};
pub use words::why;
