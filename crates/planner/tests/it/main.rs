//! What must be true of the planner.

mod bad_input;
mod dice;
mod explained;
mod feasible;
mod inserted;
mod plain;
mod readers;
mod repaired;
mod soft;
mod tiny;
