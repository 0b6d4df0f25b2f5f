//! What the cards of the order page ask in a dialog, and the pictures large.

use maud::{Markup, html};
use rules::visit::PhotoKind;

use super::read::Sheet;
use crate::ui::{Ask, Frame, Open, Typed, dialog, icon};

/// The questions of these cards, and the pictures large.
pub fn all(f: &Frame, it: &Sheet, open: &Open) -> Vec<(&'static str, Markup)> {
    let mut all = Vec::new();
    if it.can.reveal {
        all.push(("reveal", reveal(f, it, open)));
    }
    if it.can.record {
        all.push(("photo", add_photo(f, it, open)));
    }
    for photo in &it.site.photos {
        let src = format!("/api/v1/photos/{}", photo.id);
        let word = f.code("photo", photo.kind.code());
        all.push(("", viewer(f, &format!("see-{}", photo.id), &word, &src)));
    }
    if it.order.signature.is_some() {
        let src = format!("/api/v1/orders/{}/signature", it.order.id);
        all.push(("", viewer(f, "see-signature", &f.t("order-signature"), &src)));
    }
    all
}

fn viewer(f: &Frame, id: &str, title: &str, src: &str) -> Markup {
    let body = html! {
        div class="in" { img class="large" src=(src) alt=(title) loading="lazy"; }
        div class="form-end" {
            a class="btn" href=(src) target="_blank" { (icon("external-link")) (f.t("order-full-size")) }
            button class="btn" type="button" data-close { (f.t("close")) }
        }
    };
    dialog(id, title, false, body)
}

fn reveal(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let ask = Ask {
        name: "reveal",
        title: f.t("order-reveal-title"),
        submit: f.t("order-reveal"),
        action: format!("/orders/{}/reveal", it.order.id),
        danger: false,
        upload: false,
    };
    ask.draw(f, open, &Typed::default(), |form| {
        html! {
            p class="muted" { (f.t("order-reveal-what")) }
            (form.text("reason").required().attr("autocomplete", "off"))
        }
    })
}

fn add_photo(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let ask = Ask {
        name: "photo",
        title: f.t("order-add-photo"),
        submit: f.t("save"),
        action: format!("/orders/{}/photos", it.order.id),
        danger: false,
        upload: true,
    };
    let kinds: Vec<_> = PhotoKind::ALL
        .iter()
        .map(|it| (it.code().to_owned(), f.code("photo", it.code())))
        .collect();
    let known = Typed::of([("kind", Some("before".to_owned()))]);
    ask.draw(f, open, &known, |form| {
        html! {
            (form.segments("kind", kinds.clone()).label(f.t("order-photo-kind")))
            div class="field shots" {
                label class="shot" id="f-photo-file" {
                    input type="file" name="file" accept="image/jpeg,image/png,image/webp";
                    span { (icon("camera")) (f.t("order-choose-photo")) }
                }
            }
            @if let Some(wrong) = form.typed.wrong(f, "file") { div class="err" { (wrong) } }
        }
    })
}
