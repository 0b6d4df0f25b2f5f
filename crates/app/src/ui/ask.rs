//! A question of a page: a small form over it, opened by a button; without script, by the address
//! (`?step=assign`), at its end. What is refused comes back in it.

use kernel::Refusal;
use maud::{Markup, html};

use super::{
    form::{Form, Typed},
    frame::Frame,
    parts::dialog,
};

/// Which of the page's forms is open, and what was typed there.
#[derive(Debug, Clone, Default)]
pub struct Open {
    pub dialog: String,
    pub typed: Typed,
}

impl Open {
    /// As the address asks: `?step=assign&technician=…`.
    pub fn asked(f: &Frame) -> Open {
        let dialog = f.asked("step").unwrap_or_default().to_owned();
        Open { dialog, typed: Typed { values: f.here.query.clone(), refusal: None } }
    }

    /// What stands in this form, if it is the open one.
    pub fn of(&self, dialog: &str) -> Option<&Typed> {
        (self.dialog == dialog).then_some(&self.typed)
    }

    /// Why it came back.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.typed.refusal.as_ref()
    }
}

/// A question of the page.
pub struct Ask {
    pub name: &'static str,
    pub title: String,
    pub submit: String,
    pub action: String,
    pub danger: bool,
    pub upload: bool,
}

impl Ask {
    /// Open where it was asked for, with what was typed; else with what is known.
    pub fn draw(
        &self,
        f: &Frame,
        open: &Open,
        known: &Typed,
        fields: impl Fn(Form) -> Markup,
    ) -> Markup {
        let asked = open.of(self.name);
        let mut typed = asked.cloned().unwrap_or_default();
        if typed.refusal.is_none() {
            // What the address says goes before what would be there anyway.
            let missing = known.values.iter().filter(|it| typed.text(&it.0).is_none());
            let missing: Vec<_> = missing.cloned().collect();
            typed.values.extend(missing);
        }
        let form = Form::new(f, &typed).within(self.name);
        let body = self.form(f, form, &fields);
        html! {
            (dialog(&format!("ask-{}", self.name), &self.title, asked.is_some(), body.clone()))
            @if asked.is_some() {
                // Without script no dialog opens: the same form at the end of the page.
                noscript {
                    section class="card2 main-line" { h2 { (self.title) } (body) }
                }
            }
        }
    }

    fn form(&self, f: &Frame, form: Form, fields: &impl Fn(Form) -> Markup) -> Markup {
        let guard = if form.typed.refusal.is_some() { "dirty" } else { "" };
        let kind = self.upload.then_some("multipart/form-data");
        let submit = if self.danger { "btn btn-danger" } else { "btn btn-primary" };
        html! {
            form method="post" action=(self.action) id={ "form-" (self.name) } enctype=[kind]
                data-guard=(guard) data-keep[!self.upload] data-submit {
                div class="in" { (form.errors()) (fields(form)) }
                div class="form-end" {
                    button class="btn js-only" type="button" data-close { (f.t("cancel")) }
                    button class=(submit) type="submit" { (self.submit) }
                }
            }
        }
    }
}
