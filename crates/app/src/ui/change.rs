//! A form about one thing on a page of its own: it leads back to the thing, and is saved or left.

use maud::{Markup, html};

use super::{
    form::{Form, Typed},
    frame::Frame,
    page::{Page, heading, page},
    parts::card,
};

pub struct Change<'a> {
    /// The thing's own page, and what it is called.
    pub at: &'a str,
    pub name: &'a str,
    pub title: &'a str,
    pub id: &'static str,
    /// Where it is sent.
    pub action: &'a str,
}

impl Change<'_> {
    pub fn draw(&self, f: &Frame, typed: &Typed, inside: Markup) -> Page {
        let end = html! {
            button class="btn btn-primary" type="submit" { (f.t("save")) }
            a class="btn" href=(self.at) { (f.t("cancel")) }
        };
        let form = Form::new(f, typed).post_with(self.id, self.action, end, inside);
        let body = html! {
            (heading(Some((self.at, self.name)), self.title, html! {}))
            div class="narrow" { (card("", form)) }
        };
        page(f, self.title, body).refused(typed)
    }
}
