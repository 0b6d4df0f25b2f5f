//! The few shapes all pages are made of.

pub mod no;
pub mod time;
