//! Money on an order: parts, charges, who pays them, and what the customer has said yes to.

use kernel::Fen;
use maud::{Markup, html};
use rules::{
    order::Pays,
    visit::{ChargeKind, ConsentBy, OldPart, quantity_text},
};

use super::read::Sheet;
use crate::{
    args,
    ui::{Ask, Frame, Open, Typed, card_with, icon, moment, money, pill},
};

pub fn card(f: &Frame, it: &Sheet) -> Markup {
    let add = html! {
        @if it.can.record {
            a href="?step=part" data-dialog="ask-part" { (f.t("order-add-part")) }
            a href="?step=charge" data-dialog="ask-charge" { (f.t("order-add-charge")) }
        }
        @if it.can.consent {
            a href="?step=consent" data-dialog="ask-consent" { (f.t("order-add-consent")) }
        }
    };
    let (total, customer) = it.totals();
    let missing = customer.fen() - it.consented().fen();
    let body = html! {
        table class="sums" {
            (lines(f, it))
            tr class="total" { td { (f.t("order-total")) } td { (money(f, total)) } }
            tr { td { (f.t("order-customer-pays")) } td { b { (money(f, customer)) } } }
        }
        @if missing > 0 {
            p class="t-late small" {
                (f.with("order-consent-missing", &args! { "money" => f.say.money(Fen::new(missing)) }))
            }
        }
        (consents(f, it))
    };
    html! { div id="money" { (card_with(&f.t("order-money"), add, body)) } }
}

fn lines(f: &Frame, it: &Sheet) -> Markup {
    let site = &it.site;
    html! {
        @for part in &site.parts {
            tr {
                td {
                    (f.found(&part.name)) " ×" (quantity_text(part.quantity)) " " (payer(f, part.pays))
                    @if part.old_part != OldPart::None {
                        br; small { (f.code("old-part", part.old_part.code())) }
                    }
                }
                td { (money(f, part.amount)) (remove(f, it, part.id.as_str())) }
            }
        }
        @for charge in &site.charges {
            tr {
                td {
                    (f.code("charge", charge.kind.code())) " " (payer(f, charge.pays))
                    @if let Some(text) = &charge.text { br; small { (text) } }
                }
                td { (money(f, charge.amount)) (remove(f, it, charge.id.as_str())) }
            }
        }
        @if site.parts.is_empty() && site.charges.is_empty() {
            tr { td class="muted" { (f.t("order-no-lines")) } td {} }
        }
    }
}

fn payer(f: &Frame, pays: Pays) -> Markup {
    let kind = if pays == Pays::Customer { "cost" } else { "" };
    pill(kind, &f.code("pays", pays.code()))
}

fn remove(f: &Frame, it: &Sheet, line: &str) -> Markup {
    html! {
        @if it.can.record {
            form method="post" class="d-inline noprint"
                action={ "/orders/" (it.order.id) "/lines/" (line) "/remove" } {
                button class="as-link" title=(f.t("order-remove")) aria-label=(f.t("order-remove")) {
                    (icon("trash"))
                }
            }
        }
    }
}

fn consents(f: &Frame, it: &Sheet) -> Markup {
    html! {
        @for consent in &it.site.consents {
            @let name = if it.clear {
                consent.by_name.clone()
            } else {
                rules::customer::mask_name(&consent.by_name)
            };
            div class="clock" {
                span { (icon("check")) " " (f.with("order-agreed", &args! { "name" => name })) }
                (money(f, consent.amount))
                small {
                    (f.code("consent-by", consent.means.code())) " " (moment(f, consent.at))
                    @if let Some(text) = &consent.text { " · " (text) }
                }
            }
        }
    }
}

pub fn dialogs(f: &Frame, it: &Sheet, open: &Open) -> Vec<(&'static str, Markup)> {
    let mut all = Vec::new();
    if it.can.record {
        all.push(("part", part(f, it, open)));
        all.push(("charge", charge(f, it, open)));
    }
    if it.can.consent {
        all.push(("consent", consent(f, it, open)));
    }
    all
}

fn words(f: &Frame, group: &str, codes: &[&'static str]) -> Vec<(String, String)> {
    codes.iter().map(|code| ((*code).to_owned(), f.code(group, code))).collect()
}

fn ask(f: &Frame, it: &Sheet, name: &'static str, path: &str) -> Ask {
    Ask {
        name,
        title: f.code("order-add", name),
        submit: f.t("save"),
        action: format!("/orders/{}/{path}", it.order.id),
        danger: false,
        upload: false,
    }
}

/// Who pays a share unless somebody says otherwise.
fn usual_payer(share: &str) -> String {
    let free = share == rules::order::Coverage::Free.code();
    if free { Pays::Company.code() } else { Pays::Customer.code() }.to_owned()
}

fn payers(f: &Frame) -> Vec<(String, String)> {
    words(f, "pays", &[Pays::Customer.code(), Pays::Company.code()])
}

fn part(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let known = Typed::of([
        ("quantity", Some("1".to_owned())),
        ("old_part", Some("returned".to_owned())),
        ("pays", Some(usual_payer(&it.cover.pays.parts))),
    ]);
    let codes: Vec<_> = OldPart::ALL.iter().map(|it| it.code()).collect();
    let old = words(f, "old-part", &codes);
    ask(f, it, "part", "parts").draw(f, open, &known, |form| {
        html! {
            (form.text("name").required().label(f.t("order-part-name")))
            (form.text("number").label(f.t("order-part-number")))
            div class="halves" {
                (form.number("quantity").required())
                (form.number("price_fen").required().label(f.t("order-price")))
            }
            (form.segments("old_part", old.clone()))
            (form.segments("pays", payers(f)))
        }
    })
}

fn charge(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let pays = usual_payer(&it.cover.pays.labour);
    let known = Typed::of([("kind", Some("labour".to_owned())), ("pays", Some(pays))]);
    let codes: Vec<_> = ChargeKind::ALL.iter().map(|it| it.code()).collect();
    let kinds = words(f, "charge", &codes);
    ask(f, it, "charge", "charges").draw(f, open, &known, |form| {
        html! {
            (form.segments("kind", kinds.clone()).label(f.t("order-charge-kind")))
            (form.number("amount_fen").required().label(f.t("order-amount")))
            (form.text("text"))
            (form.segments("pays", payers(f)))
        }
    })
}

fn consent(f: &Frame, it: &Sheet, open: &Open) -> Markup {
    let missing = it.totals().1.fen() - it.consented().fen();
    let name = it.customer.as_ref().filter(|_| it.clear).map(|it| it.name.clone());
    let known = Typed::of([
        ("by", name),
        ("means", Some("phone".to_owned())),
        ("amount_fen", (missing > 0).then(|| Fen::new(missing).to_string())),
    ]);
    let codes: Vec<_> = ConsentBy::ALL.iter().map(|it| it.code()).collect();
    let means = words(f, "consent-by", &codes);
    ask(f, it, "consent", "consents").draw(f, open, &known, |form| {
        html! {
            p class="muted" { (f.t("order-consent-what")) }
            (form.text("by").required().label(f.t("order-consent-who")))
            (form.segments("means", means.clone()).label(f.t("order-means")))
            (form.number("amount_fen").required().label(f.t("order-amount")))
            (form.text("text"))
        }
    })
}
