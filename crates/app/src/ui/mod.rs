//! The few shapes all pages are made of: functions, not files.
//!
//! A page is a handler with a [`Frame`] (who asks, what waits for them, where they are), one
//! `look` for what it shows, and [`page`] around the answer. For htmx the same handler answers
//! without the frame. A list, a detail and a form:
//!
//! ```ignore
//! pub fn routes() -> Router<App> {
//!     Router::new()
//!         .route("/things", get(list))
//!         .route("/things/new", get(blank).post(file))
//!         .route("/things/{id}", get(one))
//! }
//!
//! // Filters stand in the address; `f.href("status", "open")` is this page with one changed.
//! async fn list(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
//!     let which = Which { q: f.asked("q").map(str::to_owned), ..Default::default() };
//!     let rows = app.look(&f.who.actor, async move |cx| ops::list(cx, &which).await).await?;
//!     let columns = vec![
//!         Column::new(f.t("field-number"), |it: &Thing| {
//!             html! { a href={ "/things/" (it.id) } { (it.number) } }
//!         })
//!         .text("number", |it| Some(it.number.clone()))
//!         .title(),
//!         Column::new(f.t("field-status"), |it| state(&f, "status", it.status.code()))
//!             .text("status", |it| Some(f.code("status", it.status.code())))
//!             .line(),
//!         Column::new(f.t("field-due"), |it| due(&f, it.due))
//!             .file("due", |it| cell_at(&f, it.due))
//!             .due()
//!             .sort("due"),
//!     ];
//!     let list = List {
//!         title: f.t("area-things"),
//!         acts: html! {},
//!         beside: html! {},
//!         views: Vec::new(),
//!         chips: filter(&f, "status", &f.t("field-status"), &choices(&f, "status", codes)),
//!         columns,
//!         rows: &rows,
//!         next: next.as_deref(),
//!         none: nothing(&f, "tool", "things-none", "/things", html! {}),
//!         bulk: html! {},
//!     };
//!     Ok(list.draw(&f))
//! }
//!
//! async fn one(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
//!     let it = …;
//!     Ok(page(&f, &it.number, html! {
//!         (heading(Some(("/things", &f.t("area-things"))), &it.number, html! {}))
//!         div class="cols" {
//!             div class="stack" {
//!                 (card(&f.t("facts"), facts(&[(f.t("field-name"), html! { (it.name) })])))
//!             }
//!             div class="stack" { … }
//!         }
//!     }))
//! }
//!
//! async fn blank(f: Frame) -> Page {
//!     draw(&f, &Typed::default())
//! }
//!
//! /// The blank form, and the one that comes back with its errors.
//! fn draw(f: &Frame, typed: &Typed) -> Page {
//!     let form = Form::new(f, typed);
//!     let fields = html! {
//!         (form.text("name").required())
//!         (form.phone("phone").hint(f.t("phone-hint")))
//!         (form.select("kind", words, None))
//!     };
//!     let body = form.post("thing", "/things/new", "save", fields);
//!     page(f, &f.t("thing-new"), card(&f.t("thing-new"), body)).refused(typed)
//! }
//!
//! async fn file(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
//!     let draft = Draft { name: typed.text("name"), … };
//!     match app.act(&f.who.actor, async move |cx| ops::file(cx, &draft).await).await {
//!         Ok(it) => Ok(f.go(&format!("/things/{}", it.id), "thing-filed")),
//!         // Refused: the same page, 422, the errors beside the fields, everything typed kept.
//!         Err(no) => Ok(draw(&f, &typed.refused(no)?).into_response()),
//!     }
//! }
//! ```
//!
//! Fields are called what the operation calls them in its refusals (`customer.phone`); their
//! labels are `field-phone` in the texts. Dialogs: [`dialog`] with a form inside; when what it
//! sent is refused, draw the page again with the dialog open.

mod areas;
mod ask;
mod assets;
mod board;
mod change;
pub mod file;
mod form;
mod frame;
mod list;
pub mod no;
mod page;
mod parts;
pub mod time;

pub use areas::{first_setting, network_tabs, settings_tabs, shortcuts};
pub use ask::{Ask, Open};
pub use assets::{href as asset, icon, routes as assets};
pub use board::{Block, Lane, board};
pub use change::Change;
pub use file::file;
pub use form::{Form, Input, Typed};
pub use frame::{Door, Frame, Place, address, back, way_back};
pub use list::{
    COLUMNS, Column, LISTS, List, Tab, choices, chosen, days, export, filed, filter, most_rows,
    nothing, pager, search_box, switch, table, tabs, typed,
};
pub use page::{Flash, Page, door, heading, page, paper, phone, put_flash, script};
pub use parts::{
    Happened, Mark, ago, card, card_with, coverage, dialog, due, due_box, due_on, empty, facts,
    facts_one, moment, money, or_dash, pill, press, scan, source, star, state, step_bar, timeline,
    to_reveal, tone,
};
