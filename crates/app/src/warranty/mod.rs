//! 三包: the words of a decision, wherever it is shown: reasons, clauses, what would change it.
//! What is decided stands in `rules::warranty`, and the decision is kept with the request.
//!
//! Source: C5; issue "who pays, and what the law and the company give, clause by clause".

pub mod ops;
pub mod pages;
mod store;
pub mod words;
