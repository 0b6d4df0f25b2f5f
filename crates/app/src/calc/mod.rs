//! The engines by themselves, on files: no database, no people, one question after the other.
//!
//! Source: interfaces, "calc: the engines on files".

pub mod entitlement;
pub mod plan;
pub mod time;
pub mod words;
