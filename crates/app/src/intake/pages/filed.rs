//! After the intake: the number, and what is read to the customer before they hang up.

use axum::extract::{Path, State};
use kernel::Result;
use maud::{Markup, html};
use rules::{
    intake::{RequestId, RequestStatus},
    order::OrderId,
    promise::{PromiseKind, PromiseState},
};
use serde_json::Value as Json;

use super::super::{Request, ops};
use crate::{
    App, Cx, args,
    edge::Fail,
    order, org, promise,
    ui::{Frame, Page, icon, page},
    warranty::words,
};

/// What is said aloud.
struct Filed {
    request: Request,
    order: Option<rules::order::Order>,
    outlet: Option<String>,
    promises: Vec<rules::promise::Promise>,
}

pub async fn filed(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let id = RequestId::parse(&id)?;
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let request = ops::get(cx, &id).await?;
        let order = match &request.order {
            Some(id) => Some(order::ops::known(cx, &OrderId::parse(id)?).await?),
            None => None,
        };
        let outlet = match order.as_ref().and_then(|it| it.outlet.as_ref()) {
            Some(id) => org::ops::find(cx, id.as_str()).await?.map(|it| it.name),
            None => None,
        };
        let promises = promise::ops::of_request(cx, request.id.as_str()).await?;
        Ok(Filed { request, order, outlet, promises })
    });
    let it = read.await?;
    Ok(page(&f, &f.t("request-filed"), draw(&f, &it)))
}

fn draw(f: &Frame, it: &Filed) -> Markup {
    let number = it.order.as_ref().map_or(&it.request.number, |order| &order.number);
    let back = match &it.order {
        Some(order) => (format!("/orders/{}", order.id), "open-order"),
        None => (format!("/requests/{}", it.request.id), "open-request"),
    };
    html! {
        section class="card2 narrow filed" {
            div class="in" {
                div class="row-line" {
                    span class="t-good" { (icon("circle-check")) }
                    b class="t-good" { (f.t("request-filed")) }
                }
                p class="filed-number" { (number) }
                h2 class="said-name" { (f.t("read-aloud")) }
                ol class="aloud" { @for sentence in sentences(f, it) { li { (sentence) } } }
                div class="form-end" {
                    a class="btn btn-primary" href="/intake" autofocus { (f.t("next-call")) kbd { "n" } }
                    a class="btn" href=(back.0) { (f.t(back.1)) }
                    a class="btn" href="/" { (f.t("area-workbench")) }
                }
            }
        }
    }
}

fn sentences(f: &Frame, it: &Filed) -> Vec<String> {
    let number = it.order.as_ref().map_or(&it.request.number, |order| &order.number);
    let mut all = vec![f.with("aloud-number", &args! { "number" => number.clone() })];
    if it.request.status == RequestStatus::Answered {
        all.push(f.t("aloud-answered"));
        return all;
    }
    if let Some(outlet) = &it.outlet {
        all.push(f.with("aloud-outlet", &args! { "outlet" => outlet.clone() }));
    }
    for kind in PromiseKind::ALL {
        let open = it.promises.iter().filter(|it| it.state == PromiseState::Open);
        if let Some(promise) = open.filter(|it| it.kind == *kind).min_by_key(|it| it.due) {
            let key = format!("aloud-{}", kind.code());
            all.push(f.with(&key, &args! { "time" => f.moment(promise.due) }));
        }
    }
    if it.order.is_some() {
        let kept = it.request.entitlement.as_deref().and_then(|it| serde_json::from_str(it).ok());
        let kept: Json = kept.unwrap_or_default();
        let key = format!("aloud-coverage-{}", it.request.coverage.code());
        all.push(format!("{} {}", f.t(&key), words::explanation(f.say, &kept)));
    }
    all
}
