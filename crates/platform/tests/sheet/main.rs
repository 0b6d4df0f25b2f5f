//! Tables as people send them: real files, files made here, and files that are none.

#![cfg(test)]

mod bad;
mod books;
mod kit;
mod logs;
mod real;
mod texts;
