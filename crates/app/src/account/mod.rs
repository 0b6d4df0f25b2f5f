//! 账号 and the staff file 员工档案: people, their posts and rights, how they sign in, and what
//! they may be sent for.

pub mod ops;
pub mod pages;
pub mod password;
mod store;

pub use store::{Absence, Certificate, CustomRole, Key, KeyKind, Person, View};
