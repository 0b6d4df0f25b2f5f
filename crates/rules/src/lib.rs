//! The domain itself, one module per capability, in reading order. Pure functions and plain data:
//! whatever a manager could check with pencil and paper belongs here, and nothing else does.

pub mod policy;

pub mod order;

pub mod intake;

pub mod callback;

pub mod promise;

pub mod pack;

pub mod warranty;
