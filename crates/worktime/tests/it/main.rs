//! The crate as its users see it.

#![cfg(test)]

mod bad_input;
mod boston;
mod days;
mod documented;
mod plain;
mod promises;
mod properties;
mod shared;
mod shipped;
mod walk;
