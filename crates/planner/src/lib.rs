//! Routes and times for technicians.

mod bad_row;
mod chance;
mod check;
mod explain;
mod insert;
mod objective;
mod places;
mod plan;
mod problem;
pub mod read;
mod repair;
mod search;
mod travel;

pub use bad_row::{BadRow, CODES};
pub use check::{Report, VIOLATIONS, Violation, check};
pub use explain::{BINDINGS, Binding, Reason, explain, why_unassigned};
pub use insert::{Move, Place, insert};
pub use objective::{Figures, Objective, Part};
pub use places::{Bounds, Places};
pub use plan::{Plan, Route, Stop, What};
pub use problem::{Begun, Built, Day, Depot, Fixed, Job, LunchBreak, Problem, Technician};
pub use repair::{Change, Moved, Repaired, WHY, repair};
pub use search::{Found, Options, Progress, plan, schedule};
pub use travel::{FULL, NEVER, Time, Travel};
