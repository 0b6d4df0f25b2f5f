//! 系统管理: what the people need who keep the house in order: the network with its people, the
//! company's settings and pack, the event log, the state of the system.
//!
//! Source: requirements 1.7; 等保 GB/T 22239-2019 安全审计, 安全管理.

pub mod ops;
pub mod pages;
mod told;
