//! The crate as its users see it.

#![cfg(test)]

mod asked;
mod bad_input;
mod cars;
mod catalogue;
mod consumer_law;
mod counting;
mod due;
mod farm;
mod phones;
mod promises;
mod properties;
mod regions;
mod sb95;
mod shipped;
mod spoken;
