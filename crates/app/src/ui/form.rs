//! Forms: label above, error beside the field, what was typed kept. A form's fields have the
//! names that the operation knows them by, so that what it refuses stands where it belongs.

use std::fmt::Write as _;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode},
};
use kernel::{Error, Kind, Refusal, refusals};
use maud::{Markup, Render, html};

use super::{
    frame::Frame,
    parts::{scan, star},
};
use crate::edge::{Fail, make_plain};

refusals! {
    NOT_A_FORM Unreadable "not_a_form";
    TOO_LARGE  TooLarge   "too_large";
}

/// Kept letter by letter, as it was typed.
const SECRET: &[&str] = &["password", "current", "again"];

/// What was typed into a form, and what was wrong with it. As an extractor it reads a sent form.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub values: Vec<(String, String)>,
    pub refusal: Option<Refusal>,
}

impl Typed {
    /// What stands in a form before anybody typed: the values as they are on file.
    pub fn of<'a>(values: impl IntoIterator<Item = (&'a str, Option<String>)>) -> Typed {
        let known = values.into_iter().filter_map(|(name, it)| Some((name.to_owned(), it?)));
        Typed { values: known.collect(), refusal: None }
    }

    /// What was refused, kept for the same page; what no form can mend goes to a page of its own.
    pub fn refused(&self, error: Error) -> Result<Typed, Fail> {
        let mendable = |kind: Kind| {
            matches!(kind, Kind::Invalid | Kind::Conflict | Kind::Stale | Kind::TooMany)
        };
        match error {
            Error::Refused(it) if mendable(it.kind) => {
                Ok(Typed { values: self.values.clone(), refusal: Some(*it) })
            }
            error => Err(error.into()),
        }
    }

    /// The first value of a name, if anything but blanks was typed.
    pub fn text(&self, name: &str) -> Option<String> {
        let found = self.values.iter().find(|it| it.0 == name)?;
        let text = found.1.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The same, where nothing is an empty text.
    pub fn get(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    pub fn all(&self, name: &str) -> Vec<String> {
        let all = self.values.iter().filter(|it| it.0 == name).map(|it| it.1.trim());
        all.filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    pub fn has(&self, name: &str, value: &str) -> bool {
        self.values.iter().any(|it| it.0 == name && it.1 == value)
    }

    /// A ticked box.
    pub fn is(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    pub fn int(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.retain(|it| it.0 != name);
        self.values.push((name.to_owned(), value.into()));
    }

    /// What is wrong with this field, in words.
    pub fn wrong(&self, f: &Frame, name: &str) -> Option<String> {
        let refusal = self.refusal.as_ref()?;
        let found = refusal.fields.iter().find(|it| it.field == name)?;
        Some(f.say.field(found))
    }
}

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Fail;

    async fn from_request(request: Request, state: &S) -> Result<Typed, Fail> {
        let headers: &HeaderMap = request.headers();
        let kind = headers.get("content-type").and_then(|it| it.to_str().ok()).unwrap_or_default();
        let is_form = kind.is_empty() || kind.starts_with("application/x-www-form-urlencoded");
        let raw = Bytes::from_request(request, state).await.map_err(|no| {
            if no.status() == StatusCode::PAYLOAD_TOO_LARGE { TOO_LARGE } else { NOT_A_FORM }
        })?;
        let values = serde_html_form::from_bytes(&raw).ok().filter(|_| is_form);
        let mut values: Vec<(String, String)> = values.ok_or(NOT_A_FORM)?;
        // What nobody sees means nothing to anybody, except in what only its owner knows.
        let open = values.iter_mut().filter(|it| !SECRET.contains(&it.0.as_str()));
        open.for_each(|it| make_plain(&mut it.1));
        Ok(Typed { values, refusal: None })
    }
}

/// A form being drawn: every field knows what was typed and what was wrong with it.
#[derive(Clone, Copy)]
pub struct Form<'a> {
    pub f: &'a Frame,
    pub typed: &'a Typed,
    /// Tells the fields of several forms on one page apart.
    pub prefix: &'a str,
    /// A field that is called otherwise here, and the key of what.
    called: Option<(&'a str, &'a str)>,
}

/// One field; drawn where it is put.
#[derive(Clone)]
pub struct Input<'a> {
    form: Form<'a>,
    name: &'a str,
    kind: What<'a>,
    label: Option<String>,
    hint: Option<String>,
    placeholder: Option<String>,
    required: bool,
    scans: bool,
    attrs: Vec<(&'static str, String)>,
}

#[derive(Clone)]
enum What<'a> {
    Line(&'static str),
    Area(u8),
    Select(Vec<(String, String)>, Option<String>),
    Segments(Vec<(String, String)>),
    Marks(Vec<(String, String)>),
    Checks(Vec<(String, String)>),
    Check(&'a str),
}

impl<'a> Form<'a> {
    pub fn new(f: &'a Frame, typed: &'a Typed) -> Form<'a> {
        Form { f, typed, prefix: "", called: None }
    }

    /// One of several forms on a page: its fields' ids begin with its name.
    pub fn within(self, prefix: &'a str) -> Form<'a> {
        Form { prefix, ..self }
    }

    /// Above the form, too, that field is called so.
    pub fn called(self, name: &'a str, key: &'a str) -> Form<'a> {
        Form { called: Some((name, key)), ..self }
    }

    fn name_of(self, field: &str) -> String {
        match self.called {
            Some((name, key)) if name == field => self.f.t(key),
            _ => label(self.f, field),
        }
    }

    fn input(self, name: &'a str, kind: What<'a>) -> Input<'a> {
        Input {
            form: self,
            name,
            kind,
            label: None,
            hint: None,
            placeholder: None,
            required: false,
            scans: false,
            attrs: Vec::new(),
        }
    }

    pub fn text(self, name: &'a str) -> Input<'a> {
        self.input(name, What::Line("text"))
    }
    pub fn phone(self, name: &'a str) -> Input<'a> {
        self.input(name, What::Line("tel"))
    }
    /// What is typed is never sent back.
    pub fn password(self, name: &'a str) -> Input<'a> {
        self.input(name, What::Line("password"))
    }
    pub fn number(self, name: &'a str) -> Input<'a> {
        self.input(name, What::Line("text")).attr("inputmode", "decimal")
    }
    pub fn day(self, name: &'a str) -> Input<'a> {
        self.input(name, What::Line("date"))
    }
    /// A local moment of the company's zone.
    pub fn moment(self, name: &'a str) -> Input<'a> {
        self.input(name, What::Line("datetime-local"))
    }
    pub fn area(self, name: &'a str, rows: u8) -> Input<'a> {
        self.input(name, What::Area(rows))
    }
    /// One of several, as codes with words; `none` is the word for nothing chosen.
    pub fn select(
        self,
        name: &'a str,
        options: impl IntoIterator<Item = (String, String)>,
        none: Option<String>,
    ) -> Input<'a> {
        self.input(name, What::Select(options.into_iter().collect(), none))
    }
    /// One of a few, all in sight.
    pub fn segments(
        self,
        name: &'a str,
        options: impl IntoIterator<Item = (String, String)>,
    ) -> Input<'a> {
        self.input(name, What::Segments(options.into_iter().collect()))
    }
    /// Marks in a row: 1 to 5, 0 to 10, yes and no.
    pub fn marks(
        self,
        name: &'a str,
        options: impl IntoIterator<Item = (String, String)>,
    ) -> Input<'a> {
        self.input(name, What::Marks(options.into_iter().collect()))
    }
    /// Any of several.
    pub fn checks(
        self,
        name: &'a str,
        options: impl IntoIterator<Item = (String, String)>,
    ) -> Input<'a> {
        self.input(name, What::Checks(options.into_iter().collect()))
    }
    /// A single box that is ticked or not; sent as `true`.
    pub fn check(self, name: &'a str) -> Input<'a> {
        self.input(name, What::Check("true"))
    }

    pub fn hidden(self, name: &str) -> Markup {
        html! { input type="hidden" name=(name) value=(self.typed.get(name)); }
    }

    /// What is wrong with the whole form, above it, with links to the fields.
    pub fn errors(self) -> Markup {
        let Some(refusal) = &self.typed.refusal else { return html! {} };
        let say = self.f.say;
        let colon = if say.is_chinese() { "：" } else { ": " };
        html! {
            div class="errors" role="alert" {
                b { (say.refusal(refusal)) }
                @if !refusal.fields.is_empty() {
                    ul {
                        @for field in &refusal.fields {
                            li {
                                a href={ "#" (id(self.prefix, &field.field)) } {
                                    (self.name_of(&field.field)) (colon) (say.field(field))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The whole form. `submit` is the key of what its button says.
    pub fn post(self, id: &str, action: &str, submit: &str, fields: Markup) -> Markup {
        let end = html! { button class="btn btn-primary" type="submit" { (self.f.t(submit)) } };
        self.post_with(id, action, end, fields)
    }

    /// The same with buttons of its own.
    pub fn post_with(self, id: &str, action: &str, end: Markup, fields: Markup) -> Markup {
        // What was refused is not what the page began with.
        let guard = if self.typed.refusal.is_some() { "dirty" } else { "" };
        html! {
            form method="post" action=(action) id=(id) data-guard=(guard) data-keep data-submit {
                (self.errors())
                (fields)
                div class="form-end" { (end) }
            }
        }
    }
}

impl Input<'_> {
    /// What it is called, where `field-…` of its name does not say it.
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = Some(text.into());
        self
    }
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }
    pub fn placeholder(mut self, text: impl Into<String>) -> Self {
        self.placeholder = Some(text.into());
        self
    }
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
    /// A number that stands on the thing as a barcode: where the browser can see it is held before
    /// the camera, elsewhere it is typed.
    pub fn scans(mut self) -> Self {
        self.scans = true;
        self.attr("autocapitalize", "characters").attr("autocomplete", "off")
    }
    pub fn focused(self) -> Self {
        self.attr("autofocus", "")
    }
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attrs.push((name, value.into()));
        self
    }

    fn control(&self, id: &str, wrong: bool) -> Markup {
        let typed = self.form.typed;
        let value = typed.values.iter().find(|it| it.0 == self.name).map(|it| it.1.as_str());
        let class = |base: &str| {
            if wrong { format!("{base} is-invalid") } else { base.to_owned() }
        };
        let chosen = |code: &str| typed.has(self.name, code);
        let name = self.name;
        match &self.kind {
            What::Line(kind) => {
                let value = value.filter(|_| *kind != "password");
                let mut all = vec![
                    ("type", (*kind).to_owned()),
                    ("class", class("form-control")),
                    ("value", value.unwrap_or_default().to_owned()),
                ];
                self.common(&mut all, id, wrong);
                element("input", &all, None)
            }
            What::Area(rows) => {
                let mut all = vec![("class", class("form-control")), ("rows", rows.to_string())];
                self.common(&mut all, id, wrong);
                element("textarea", &all, Some(html! { (value.unwrap_or_default()) }))
            }
            What::Select(options, none) => {
                let mut all = vec![("class", class("form-select"))];
                self.common(&mut all, id, wrong);
                let options = html! {
                    @if let Some(none) = none { option value="" { (none) } }
                    @for (code, word) in options {
                        option value=(code) selected[chosen(code)] { (word) }
                    }
                };
                element("select", &all, Some(options))
            }
            What::Segments(options) => html! {
                span class="seg" id=(id) {
                    @for (code, word) in options {
                        label {
                            input type="radio" name=(name) value=(code) checked[chosen(code)];
                            span { (word) }
                        }
                    }
                }
            },
            What::Marks(options) => self.picks(id, "marks", "radio", options),
            What::Checks(options) => self.picks(id, "chips", "checkbox", options),
            What::Check(code) => html! {
                label class="form-check" {
                    input class="form-check-input" type="checkbox" name=(name) id=(id)
                        value=(code) checked[chosen(code)];
                    span class="form-check-label" { (self.word()) }
                }
            },
        }
    }

    fn picks(&self, id: &str, class: &str, kind: &str, options: &[(String, String)]) -> Markup {
        html! {
            div class=(class) id=(id) {
                @for (code, word) in options {
                    label class="pick" {
                        input type=(kind) name=(self.name) value=(code)
                            checked[self.form.typed.has(self.name, code)];
                        span class="chip" { (word) }
                    }
                }
            }
        }
    }

    fn common(&self, all: &mut Vec<(&'static str, String)>, id: &str, wrong: bool) {
        all.extend([("name", self.name.to_owned()), ("id", id.to_owned())]);
        if let Some(placeholder) = &self.placeholder {
            all.push(("placeholder", placeholder.clone()));
        }
        if self.required {
            all.push(("aria-required", "true".into()));
        }
        if wrong {
            all.push(("aria-invalid", "true".into()));
            all.push(("aria-describedby", format!("{id}-wrong")));
        }
        all.extend(self.attrs.clone());
    }

    fn word(&self) -> String {
        self.label.clone().unwrap_or_else(|| label(self.form.f, self.name))
    }
}

impl Render for Input<'_> {
    fn render(&self) -> Markup {
        let id = id(self.form.prefix, self.name);
        let wrong = self.form.typed.wrong(self.form.f, self.name);
        let many = matches!(self.kind, What::Segments(_) | What::Marks(_) | What::Checks(_));
        let control = self.control(&id, wrong.is_some());
        html! {
            div class="field" {
                @if many {
                    div class="form-label" { (self.word()) (star(self.required)) }
                } @else if !matches!(self.kind, What::Check(_)) {
                    label class="form-label" for=(id) { (self.word()) (star(self.required)) }
                }
                @if self.scans {
                    div class="scans" { (control) (scan(self.form.f, &id)) }
                } @else {
                    (control)
                }
                @if let Some(wrong) = &wrong {
                    div class="err" id={ (id) "-wrong" } { (wrong) }
                } @else if let Some(hint) = &self.hint {
                    div class="hint" { (hint) }
                }
            }
        }
    }
}

fn id(prefix: &str, name: &str) -> String {
    let name = name.replace('.', "-");
    if prefix.is_empty() { format!("f-{name}") } else { format!("f-{prefix}-{name}") }
}

/// `customer.phone` is called what a phone is called.
fn label(f: &Frame, name: &str) -> String {
    let full = format!("field-{}", name.replace('.', "-"));
    if f.say.knows(&full) {
        return f.t(&full);
    }
    f.t(&format!("field-{}", name.rsplit('.').next().unwrap_or(name)))
}

/// An element whose attributes are known only when it is drawn.
fn element(tag: &str, attrs: &[(&'static str, String)], inside: Option<Markup>) -> Markup {
    let mut html = format!("<{tag}");
    for (name, value) in attrs {
        html += &format!(" {name}=\"");
        maud::Escaper::new(&mut html).write_str(value).expect("a text takes every letter");
        html.push('"');
    }
    html.push('>');
    if let Some(inside) = inside {
        html += &format!("{}</{tag}>", inside.0);
    }
    maud::PreEscaped(html)
}
