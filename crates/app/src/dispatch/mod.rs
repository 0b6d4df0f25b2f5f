//! 派工: who goes, and when. The planner proposes, a person sends.

mod away;
mod board;
mod day;
pub mod ops;
pub mod pages;
mod seek;
mod store;
mod words;

pub use seek::{Choice, Seeking, in_turn, seek};
pub use store::{Planned, Visit, VisitState};
pub use words::{far, why};
