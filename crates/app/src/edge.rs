//! Where HTTP ends: who is asking, how much they may ask, and how a "no" looks from outside.

pub mod asked;
mod body;
mod limits;
pub mod metrics;
mod no;
mod once;
mod room;
mod who;
pub mod wire;

pub use body::{Body, Query, Time, if_match, make_plain, query, torn};
pub use limits::{Limits, TOO_MANY, limit};
pub use no::{Fail, come_back, detail, dress, status};
pub use once::{KEPT, Key, answered, form_key, hex, listed, once, replayed, shown};
pub use room::{MOST, Room, room};
pub use who::{COOKIE, Session, Who, cookie, identify, reader_language, session_cookie};
