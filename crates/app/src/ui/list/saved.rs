//! 视图: a list as somebody wants to see it again, under a name of their own. It is an address and
//! nothing more; what stands in it is asked for anew each time.

use maud::{Markup, html};

use super::{
    super::{assets::icon, frame::Frame},
    Tab,
};

/// Lists that can be kept.
pub const LISTS: &[&str] =
    &["/orders", "/requests", "/customers", "/devices", "/callbacks", "/people"];
/// In the address: that the list is meant as it is for everybody, whatever one's own default.
pub const PLAIN: &str = "plain";

/// The name of a parameter that narrows nothing.
pub fn narrows_nothing(name: &str) -> bool {
    ["sort", "cursor", "limit", PLAIN, super::column::COLUMNS].contains(&name)
}

/// One's own views of this list; of a list that has no others, with the way back to all of it.
pub fn tabs(f: &Frame, others: bool) -> Vec<Tab> {
    if f.views.is_empty() {
        return Vec::new();
    }
    let mut all = Vec::new();
    let here = pairs(f.here.query.to_vec());
    if !others {
        let plain = here.iter().all(|it| narrows_nothing(&it.0));
        let href = format!("{}?{PLAIN}=1", f.here.path);
        all.push(Tab { word: f.t("all"), href, on: plain, count: None, late: false });
    }
    all.extend(f.views.iter().map(|it| Tab {
        word: it.name.clone(),
        href: format!("{}?{}", it.path, it.query),
        on: pairs(serde_html_form::from_str(&it.query).unwrap_or_default()) == here,
        count: None,
        late: false,
    }));
    all
}

/// What a list is asked, in whatever order it is asked, and wherever in it one stands.
fn pairs(query: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut all: Vec<_> = query.into_iter().filter(|it| it.0 != "cursor").collect();
    all.sort();
    all
}

/// Keeps this list as it stands, and leads to those that are kept.
pub fn menu(f: &Frame) -> Markup {
    let kept = f.here.query.iter().filter(|it| it.0 != "cursor" && it.0 != PLAIN).cloned();
    let query = serde_html_form::to_string(kept.collect::<Vec<_>>()).unwrap_or_default();
    html! {
        details class="menu" {
            summary class="btn" { (icon("star")) (f.t("views")) }
            form class="list" method="post" action="/views" {
                input type="hidden" name="path" value=(f.here.path);
                input type="hidden" name="query" value=(query);
                div class="field" {
                    label class="form-label" {
                        (f.t("view-name"))
                        input class="form-control" name="name" maxlength="40" autocomplete="off";
                    }
                }
                label class="form-check" {
                    input class="form-check-input" type="checkbox" name="usual" value="true";
                    span class="form-check-label" { (f.t("view-usual")) }
                }
                button class="btn btn-primary" { (f.t("view-save")) }
                @if !f.views.is_empty() { a href="/views" { (f.t("views-manage")) } }
            }
        }
    }
}
