//! Routes and times for technicians.

mod bad_row;
mod chance;
mod check;
mod objective;
mod plan;
mod problem;
pub mod read;
mod travel;

pub use bad_row::{BadRow, CODES};
pub use check::{Report, VIOLATIONS, Violation, check};
pub use objective::{Figures, Objective, Part};
pub use plan::{Plan, Route, Stop, What};
pub use problem::{Begun, Built, Day, Depot, Fixed, Job, LunchBreak, Problem, Technician};
pub use travel::{FULL, NEVER, Time, Travel};
