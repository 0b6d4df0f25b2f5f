//! The house rules, as `ARCHITECTURE.md` has them: what may call what, where SQL and HTTP stand,
//! and that texts and generated files say what the code says. A rule that is broken names the
//! line that breaks it. Lists of exceptions may only shrink.

mod crates;
mod drawn;
mod security;
pub mod source;
mod style;
mod texts;
mod walls;
