//! Whoever means harm: at the door, in what is typed, in what is sent as a file, and by guessing.
//! Which right opens which door is walked in `rights`; odd calls without a plan in `odd`.

mod door;
mod files;
mod markup;
mod session;
