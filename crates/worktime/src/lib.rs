//! Due and elapsed time in real calendars: when a promise made now runs out, and how much of it
//! has been used, where people go to lunch, have holidays, and work a Sunday to make up for one.
//!
//! A [`Calendar`] is compiled once from a time zone, [`Hours`], [`Holidays`] and the way of
//! starting [`AfterHours`]; then every answer is arithmetic of some tens of nanoseconds, however
//! far away it lies. Nothing here reads a clock, a file or the network.
//!
//! ```
//! use worktime::{AfterHours, Amount, Calendar, Holidays, Hours};
//!
//! let zone = jiff::tz::TimeZone::get("Asia/Shanghai")?;
//! let hours = Hours::monday_to_friday(&[("08:30", "12:00"), ("13:30", "17:00")])?;
//! let calendar = Calendar::compile(zone, &hours, &Holidays::cn(), AfterHours::Clamp)?;
//!
//! // Friday the 13th; Saturday is worked to make up for the Spring Festival.
//! let start = "2026-02-13T10:00+08:00".parse()?;
//! let due = calendar.due(start, Amount::working_days(1))?;
//! assert_eq!(due.at, "2026-02-14T10:00+08:00".parse()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is counted how
//!
//! * Everything is counted in whole seconds; parts of a second are cut off, also of an amount.
//! * A calendar is open when its wall clock shows an hour of its timetable. Where clocks are set
//!   back, the hour that the wall clock shows twice is worked twice; the hour left out is not
//!   worked.
//! * A clock time that does not exist moves forward by the gap; one that exists twice is the
//!   first.
//! * Of an instant that could be two, a closing and the next opening, it is the earlier.
//! * A shift over midnight belongs to the day on which it begins.
//! * A listed holiday, make-up day or exceptional day overrides the weekday; an exceptional day
//!   overrides the holiday too.
//! * Minutes and hours are open time. Working days and calendar days keep the clock time at
//!   which the clock started, whether or not it is open then on the day they lead to.
//! * All units start by the same rule, [`AfterHours`]; a clock that shall not wait for an opening
//!   runs in a [natural](Calendar::natural) calendar.
//! * A fraction of a calendar day is that part of 24 hours, counted from the clock time of the
//!   whole days. A fraction of a working day is that part of the hours of the day reached,
//!   counted on in open time. To the day's end it is the last closing of the day so reached.
//! * A pause moves the due time by the open time in it; of calendar days by all of it. Open time
//!   between start and end, less that of the pauses, is what has elapsed, however the clock
//!   starts.
//! * A year without holiday data is refused as soon as an answer touches it, in whatever unit;
//!   a [provisional](Calendar::provisional) calendar counts plain weekdays and says so.
//! * A calendar reaches from 1970 to 2169. What lies outside is refused, as is an amount of zero
//!   (except to the end of the same working day) or less.

mod amount;
mod calendar;
mod due;
mod holidays;
mod hours;
mod policy;
mod problem;
mod promises;
mod toml_fields;
mod weeks;
mod zone;

pub use amount::{Amount, Unit};
pub use calendar::{AfterHours, Calendar};
pub use due::{Due, Pause};
pub use holidays::{Holiday, HolidayYear, Holidays};
pub use hours::{Hours, Interval, clock_time};
pub use policy::{Clock, Policy, Promise};
pub use problem::{CODES, Place, Problem, Result};
pub use promises::{Promises, Reading};
