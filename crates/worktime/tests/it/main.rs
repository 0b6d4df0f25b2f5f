//! The crate as its users see it.

#![cfg(test)]

mod bad_input;
mod days;
mod documented;
mod plain;
mod properties;
mod walk;
