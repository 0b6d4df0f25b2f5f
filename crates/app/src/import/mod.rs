//! 导入: the rows of files that people bring from elsewhere, read twice: the first time every row
//! is checked and nothing written, the second time they are filed in groups, each a use case like
//! any other. A row is known by its key, so the same file again adds nothing.
//!
//! Source: interfaces, "Import"; architecture, "An import".

pub mod cells;
pub mod kind;
pub mod map;
pub mod problem;
mod reading;
pub mod report;
mod rows;
pub mod run;
mod store;
