//! Two files of one customer: finding the other one, seeing both beside each other, reading in one
//! sentence what will happen, and making one of them.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::{Refusal, Result};
use maud::{Markup, html};
use rules::customer::{Alike, CustomerId};

use super::{super::history::Of, list::area};
use crate::{
    App, Cx, args,
    customer::{self, Customer, ops::masked},
    device,
    edge::{Fail, asked::cut},
    intake, order,
    paging::Paged,
    ui::{
        Form, Frame, Page, Typed, address, card, empty, facts_one, heading, icon, moment, or_dash,
        page, search_box,
    },
};

/// So many of those found are shown.
const FOUND: i64 = 12;

/// Both, and what hangs on the one that goes.
struct Pair {
    stays: Customer,
    goes: Option<Goes>,
    alike: Vec<(Customer, Alike)>,
    found: Option<Vec<Customer>>,
}

struct Goes {
    it: Customer,
    devices: i64,
    orders: i64,
    requests: i64,
}

async fn read(app: &App, f: &Frame, id: &CustomerId, other: Option<&str>) -> Result<Pair, Fail> {
    let other = other.map(CustomerId::parse).transpose()?;
    let (id, q) = (id.clone(), f.asked("q").map(str::to_owned));
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let grant = customer::ops::to_change(cx, &id).await?;
        let stays = customer::ops::get(cx, &grant, &id).await?;
        let goes = match &other {
            Some(other) => {
                let it = customer::ops::get(cx, &grant, other).await?;
                Some(goes(cx, it).await?)
            }
            None => None,
        };
        let clear = customer::ops::searches_clear(cx, q.as_deref());
        let found = match &q {
            Some(q) => Some(found(cx, &stays, q).await?),
            None => None,
        };
        let alike = customer::ops::duplicates(cx, &stays).await?;
        let seen = |it: Customer| if clear { it } else { masked(it) };
        Ok(Pair {
            alike: alike.into_iter().map(|it| (masked(it.0), it.1)).collect(),
            found: found.map(|all| all.into_iter().map(seen).collect()),
            goes,
            stays: masked(stays),
        })
    });
    Ok(read.await?)
}

async fn found(cx: &mut Cx, stays: &Customer, q: &str) -> Result<Vec<Customer>> {
    let page = Paged::first(FOUND);
    let which = customer::ops::Which { q: Some(q.to_owned()), page, ..Default::default() };
    let (mut all, _) = cut(customer::ops::list(cx, &which).await?, FOUND);
    all.retain(|it| it.id != stays.id);
    Ok(all)
}

/// What follows the one that goes.
async fn goes(cx: &mut Cx, it: Customer) -> Result<Goes> {
    let of = Of::Customer(it.id.to_string());
    let page = Paged::first(200);
    let which =
        device::ops::Which { customer: Some(it.id.to_string()), page, ..Default::default() };
    let devices = device::ops::list(cx, &which).await?.len();
    Ok(Goes {
        devices: i64::try_from(devices).unwrap_or_default(),
        orders: order::ops::count(cx, &of.orders()).await?,
        requests: intake::ops::count(cx, &of.requests()).await?,
        it: masked(it),
    })
}

pub async fn show(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let asked = CustomerId::parse(&id)?;
    let pair = read(&app, &f, &asked, f.asked("other")).await?;
    if pair.stays.id != asked {
        return Ok(f.go(&format!("/customers/{}", pair.stays.id), "customer-was-merged"));
    }
    Ok(draw(&f, &pair, &Typed::default()).into_response())
}

pub async fn merge(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let (kept, gone) = (CustomerId::parse(&id)?, CustomerId::parse(&typed.get("other")).ok());
    let versions = (typed.int("version").unwrap_or(-1), typed.int("other_version").unwrap_or(-1));
    let (stays, goes) = (kept.clone(), gone.clone());
    let work = async move |cx: &mut Cx| {
        let Some(goes) = &goes else {
            customer::ops::to_change(cx, &stays).await?;
            return Err(Refusal::field("other", "missing").into());
        };
        customer::ops::merge(cx, &stays, goes, Some(versions)).await.map(|_| ())
    };
    match app.act(&f.who.actor, work).await {
        Ok(()) => Ok(f.go(&format!("/customers/{kept}"), "customer-merged")),
        Err(no) => {
            let typed = typed.refused(no)?;
            let pair = read(&app, &f, &kept, gone.as_ref().map(CustomerId::as_str)).await?;
            Ok(draw(&f, &pair, &typed).into_response())
        }
    }
}

fn draw(f: &Frame, it: &Pair, typed: &Typed) -> Page {
    let title = f.t("merge");
    let at = format!("/customers/{}", it.stays.id);
    let body = html! {
        (heading(Some((&at, &it.stays.name)), &title, html! {}))
        @match &it.goes {
            Some(goes) if goes.it.id != it.stays.id => (preview(f, &it.stays, goes, typed)),
            _ => {
                (Form::new(f, typed).errors())
                (choose(f, it))
            }
        }
    };
    page(f, &title, body).refused(typed)
}

/// Both beside each other, and below them what will happen.
fn preview(f: &Frame, stays: &Customer, goes: &Goes, typed: &Typed) -> Markup {
    let gone = &goes.it;
    let form = Form::new(f, typed);
    let names = args! { "gone" => named(gone), "kept" => named(stays) };
    let sentence = f.with(
        "merge-will",
        &args! {
            "gone" => named(gone), "kept" => named(stays), "devices" => goes.devices,
            "orders" => goes.orders, "requests" => goes.requests,
        },
    );
    let other = format!("/customers/{}/merge?other={}", gone.id, stays.id);
    let fields = html! {
        input type="hidden" name="other" value=(gone.id);
        input type="hidden" name="version" value=(stays.version);
        input type="hidden" name="other_version" value=(gone.version);
        p class="said" { (sentence) }
    };
    let end = html! {
        button class="btn btn-primary" type="submit" { (f.with("merge-do", &names)) }
        a class="btn" href=(other) { (icon("refresh")) (f.t("merge-other-way")) }
        a class="btn" href={ "/customers/" (stays.id) } { (f.t("cancel")) }
    };
    let action = format!("/customers/{}/merge", stays.id);
    html! {
        div class="cols even merge-pair" {
            (side(f, &f.t("merge-stays"), stays, gone))
            (side(f, &f.t("merge-goes"), gone, stays))
        }
        (card("", form.post_with("merge", &action, end, fields)))
    }
}

/// `王* 138****8000`: two of one name are told apart by their phone.
fn named(it: &Customer) -> String {
    [Some(it.name.as_str()), it.phone.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

fn side(f: &Frame, title: &str, it: &Customer, beside: &Customer) -> Markup {
    let mark = |differs: bool, value: Markup| {
        html! { @if differs { b { (value) } } @else { (value) } }
    };
    let all = [
        (
            f.t("field-name"),
            mark(it.name != beside.name, html! { a href={ "/customers/" (it.id) } { (it.name) } }),
        ),
        (
            f.t("field-kind"),
            mark(it.kind != beside.kind, html! { (f.code("customer-kind", it.kind.code())) }),
        ),
        (f.t("field-phone"), mark(it.phone != beside.phone, or_dash(it.phone.as_deref()))),
        (f.t("field-contact"), mark(it.contact != beside.contact, or_dash(it.contact.as_deref()))),
        (
            f.t("field-district"),
            mark(it.district != beside.district, or_dash(it.district.as_deref().map(area))),
        ),
        (f.t("field-address"), mark(it.address != beside.address, or_dash(it.address.as_deref()))),
        (f.t("field-class"), mark(it.class != beside.class, or_dash(it.class.as_deref()))),
        (f.t("filed"), moment(f, it.created_at)),
    ];
    card(title, facts_one(&all))
}

/// Whom it may be: those who look alike, or somebody one searches for.
fn choose(f: &Frame, it: &Pair) -> Markup {
    let alike: Vec<_> =
        it.alike.iter().map(|(it, how)| (it, f.code("alike", how.code()))).collect();
    let nobody = f.t("merge-nobody-alike");
    html! {
        div class="stack narrow" {
            (card(&f.t("merge-alike"), html! {
                @if alike.is_empty() { p class="muted" { (nobody) } }
                @else { (rows(f, &it.stays, &alike)) }
            }))
            (card(&f.t("merge-find"), html! {
                (search_box(f, &f.t("customers-find")))
                @if let Some(found) = &it.found {
                    @let found: Vec<_> = found.iter().map(|it| (it, String::new())).collect();
                    div class="mt-3" {
                        @if found.is_empty() {
                            (empty("search", &f.t("list-none"), &f.t("found-nothing-what"), html! {}))
                        } @else { (rows(f, &it.stays, &found)) }
                    }
                }
            }))
        }
    }
}

fn rows(f: &Frame, stays: &Customer, all: &[(&Customer, String)]) -> Markup {
    html! {
        div class="sheet in-card" {
            table class="cards" {
                tbody {
                    @for (it, why) in all {
                        @let pair = [("other".to_owned(), it.id.to_string())];
                        @let look = address(&format!("/customers/{}/merge", stays.id), &pair);
                        tr data-row {
                            td class="c-title" { a href=(look) { (it.name) } }
                            td class="c-line" { (or_dash(it.phone.as_deref())) }
                            td class="c-line sub wrap" { (it.address.as_deref().unwrap_or_default()) }
                            td class="sub" { (why) }
                            td class="acts-cell c-acts" {
                                a class="btn btn-sm" href=(look) { (f.t("merge-look")) }
                            }
                        }
                    }
                }
            }
        }
    }
}
