//! The domain itself, one module per capability, in reading order. Pure functions and plain data:
//! whatever a manager could check with pencil and paper belongs here, and nothing else does.

pub mod policy;

pub mod org;

pub mod account;

pub mod customer;

pub mod notice;

pub mod intake;

pub mod order;

pub mod promise;

pub mod pack;

pub mod warranty;

pub mod dispatch;

pub mod visit;

pub mod callback;
