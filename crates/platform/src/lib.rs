//! The floor the capabilities stand on: database, events, jobs, search, files. Knows none of them.

pub mod db;
pub mod dice;
pub mod events;
pub mod jobs;
pub mod machine;
mod record;
pub mod search;
pub mod sheet;
