//! 服务承诺: the times given to customers, each with its clock, its end and its source.

pub mod jobs;
pub mod ops;
mod store;
