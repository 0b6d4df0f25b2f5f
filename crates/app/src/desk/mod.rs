//! 工作台: documents that gather what many capabilities know, listed last because it looks at all
//! of them: the order with everything on it, the workbench, the search over everything.

pub mod admin;
pub mod api;
pub mod beside;
pub mod devices;
pub mod follow;
pub mod live;
pub mod pages;
pub mod show;
pub mod steps;
mod store;
pub mod todo;
pub mod workbench;
