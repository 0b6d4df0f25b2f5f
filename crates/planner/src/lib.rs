//! Routes and times for technicians: who does which job when, with skills, certificates, tools and
//! spare parts, lunch, promised windows, overtime, and jobs that hang together; one more job in a
//! plan that people already know; a day mended after somebody fell ill; and why a job is left over.
//!
//! A [`Day`] is written down as people know it, [`Problem::build`] checks every row of it, and
//! [`plan`] searches until its caller has enough. [`check`] recomputes any plan without the search.
//! Nothing here reads a clock, a file or the network, and chance comes from a seed.
//!
//! ```
//! use planner::{Day, Job, Objective, Options, Problem, Technician, Travel, check, plan};
//!
//! let travel = Travel::matrix(&[vec![0, 600], vec![600, 0]], 10.0)?;
//! let ann = Technician {
//!     id: "ann".into(),
//!     start: Some(0),
//!     end: Some(0),
//!     shifts: vec![(28_800, 61_200)],
//!     speed: 1.0,
//!     ..Technician::default()
//! };
//! let job = Job {
//!     id: "j1".into(),
//!     place: 1,
//!     duration: 3600,
//!     windows: vec![(32_400, 39_600)],
//!     value: 100.0,
//!     ..Job::default()
//! };
//! let (technicians, jobs) = (vec![ann], vec![job]);
//! let day = Day { travel, technicians, jobs, depots: vec![], now: None, yesterday: vec![] };
//! let problem = Problem::build(day, false).map_err(|bad| bad[0].clone())?.problem;
//!
//! let found = plan(&problem, &Options::new(Objective::service()), &mut |it| it.iterations >= 100);
//! assert_eq!(found.plan.routes[0].stops[0].start, 32_400);
//! assert!(check(&problem, &found.plan).violations.is_empty());
//! # Ok::<(), planner::BadRow>(())
//! ```
//!
//! # What is counted how
//!
//! * Times are whole units of the travel: seconds from midnight of the first day, as they pass;
//!   on the plane millionths of the file's unit, rounded up, or tenths, cut off.
//! * A window bounds the start of the work, a due time its end. Between two windows one waits; a
//!   soft job may begin after its last window, late. A job with both counts the larger lateness,
//!   and every technician of a job for several counts.
//! * Lunch begins inside its window, once a shift, and may interrupt the drive between two stops;
//!   who is home before the window ends, or begins after it, needs none.
//! * One sets off as early as possible, and waits at the stop.
//! * Work is driving and working; waiting and lunch are not. The limits of a day hold for a shift.
//! * Parts on the van are for all shifts together. What is missing is taken from the depot visited
//!   last that has it; a shift has at most one stop at a depot, and it takes no time.
//! * A certificate has to hold when the shift begins.
//! * Speeds depend on the hour: a drive goes on at the speed of the hour it is in.
//! * What was begun before `now` stays as it is, and counts. Who was held up by it may come home as
//!   late as that makes it.
//! * The same seed and the same number of iterations give the same plan, also with several threads.

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
