//! Who pays for a repair, and what the customer may claim: repair, exchange, return, a new
//! assembly, a loan unit, compensation; by dated rules of law and by what was promised, with the
//! clause of every answer.
//!
//! [`decide`] takes a [`Case`] (one device, one fault, one day) and a [`RuleBook`] and gives a
//! [`Decision`], or says which field contradicts itself. Nothing here reads a clock, a file or the
//! network, and money is whole fen.
//!
//! ```
//! use entitlement::{Case, Kind, RuleBook, decide};
//!
//! let case: Case = serde_json::from_str(
//!     r#"{"as_of": "2026-01-17",
//!         "device": {"category": "家用电冰箱", "price_fen": 399900, "sold_on": "2026-01-10"},
//!         "fault": {"kind": "performance", "cause": "quality"}}"#,
//! )?;
//! let decision = decide(&case, &RuleBook::law())?;
//! let back = decision.entitlement(Kind::Return).expect("seven days");
//! assert_eq!(back.refund_fen, Some(399_900));
//! assert_eq!(back.because[0].rule, "sb95-9");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is counted how
//!
//! * A term of months ends on the corresponding day, which belongs to it (民法典 201–202); limits
//!   in days do not count the first day; holidays do not move them.
//! * A term begins on the latest of the days that the rules in force allow: installation, else
//!   delivery, else sale. It is restarted by an exchange, and extended by the days in repair.
//!   Limits in days (7, 15, 30) are neither extended nor, but for cars, restarted.
//! * Repair time is the civil days from hand-in to return, both counted; a day on which one repair
//!   ends and the next begins is one day. Cars: each beginning 24 hours is a day (article 40). An
//!   open repair runs to the end of the day asked for.
//! * Repairs of the same problem are those whose label a person gave; labels that are missing count
//!   for nothing, and the answer says that they would.
//! * Rules in force on the day asked for hold, also for what was sold before.
//! * Of all rules that hold the most favourable wins, kind by kind; a return appears once, with the
//!   smallest deduction; the others stand in [`Decision::others`].
//! * An exclusion needs proof. One that is suspected takes nothing away.
//! * A term does not end by a usage that nobody has read; the answer says that it might have. What
//!   begins with a limit of km (cars 20, 23) needs the reading.
//! * Deductions are rounded down to the fen.

mod book;
mod case;
mod check;
mod claims;
mod codes;
mod count;
mod cover;
mod decide;
mod decision;
mod due;
mod ending;
mod money;
mod names;
mod offer;
mod read;
mod refused;
mod rule;
mod term;
mod view;
mod when;

pub use book::{Category, Exclusion, Offer, Own, RuleBook};
pub use case::{Case, Device, Facts, Fault, Promise, Rate, Repair, Seller, Usage};
pub use codes::{Bearer, By, Cause, Coverage, DelayBy, Evidence, FaultKind, Kind, Payer, Start};
pub use decide::decide;
pub use decision::{CHANGES, Change, Decision, Due, Entitlement, Expires, Pays, REASONS, Reason};
pub use ending::{Ending, endings};
pub use money::{depreciation, times_price, use_compensation};
pub use names::english;
pub use read::Law;
pub use refused::{REFUSALS, Refused};
pub use rule::{
    Amount, Clause, Confidence, Deduction, DueSince, DueWithin, Fact, Goods, Group, Instrument,
    MAIN_PART, Name, Rule, Sets, Since, When, Within,
};
pub use term::Term;
