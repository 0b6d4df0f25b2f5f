//! Where a measurement gets the time from.

use std::time::Instant;

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
pub fn now() -> Instant {
    Instant::now()
}
