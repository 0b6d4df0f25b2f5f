//! The forms of the network: founding an organisation, its facts, opening and closing it. The tree
//! itself gathers what others know of it and stands in `desk::admin`; territories in `territory`.

mod territory;

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Refusal, Result};
use maud::{Markup, html};
use rules::{
    org::{OrgKind, OrgStep},
    policy::{Act, OrgId},
};

use super::{Org, ops};
use crate::{
    App, Cx,
    edge::Fail,
    ui::{Form, Frame, Page, Typed, card, heading, page},
};

pub use territory::name as area_name;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/orgs/new", get(blank).post(found))
        .route("/orgs/{id}/edit", get(edit).post(change))
        .route("/orgs/{id}/step", post(step))
        .merge(territory::routes())
}

/// Under whom it may stand: everybody within reach who may have somebody below.
async fn parents(app: &App, f: &Frame) -> Result<Vec<Org>> {
    let read = app.look(&f.who.actor, async |cx: &mut Cx| {
        let grant = cx.may(Act::PeopleManage)?;
        let all = ops::list(cx, &grant, None).await?;
        let open = |it: &Org| it.status != rules::org::OrgStatus::Closed;
        Ok(all.into_iter().filter(|it| open(it) && it.kind.takes_below()).collect())
    });
    read.await
}

async fn blank(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let parents = parents(&app, &f).await?;
    let parent = f.asked("parent").map(str::to_owned);
    let parent = parent.or_else(|| parents.first().map(|it| it.id.to_string()));
    let typed = Typed::of([
        ("parent", parent),
        ("kind", Some(OrgKind::Outlet.code().to_owned())),
        ("open", Some("true".to_owned())),
    ]);
    Ok(draw_new(&f, &parents, &typed))
}

fn draw_new(f: &Frame, parents: &[Org], typed: &Typed) -> Page {
    let form = Form::new(f, typed).called("name", "org-name");
    let kinds = OrgKind::ALL.iter().filter(|it| **it != OrgKind::Hq);
    let kinds: Vec<_> =
        kinds.map(|it| (it.code().to_owned(), f.code("org-kind", it.code()))).collect();
    let parents: Vec<_> = parents.iter().map(|it| (it.id.to_string(), it.name.clone())).collect();
    let none = parents.is_empty();
    let fields = html! {
        @if none { div class="flash wait" { (f.t("org-nowhere")) } }
        (form.segments("kind", kinds).label(f.t("org-kind")))
        (form.select("parent", parents, None).label(f.t("org-parent")))
        (about(form))
        (form.check("open").label(f.t("org-open-at-once")))
    };
    let body = html! {
        (heading(Some(("/orgs", &f.t("area-orgs"))), &f.t("org-new"), html! {}))
        div class="narrow" { (card("", form.post("org", "/orgs/new", "save", fields))) }
    };
    page(f, &f.t("org-new"), body).refused(typed)
}

/// What is said of an organisation, new or known.
fn about(form: Form<'_>) -> Markup {
    let f = form.f;
    html! {
        (form.text("name").label(f.t("org-name")).required().attr("maxlength", "60"))
        (form.phone("phone"))
        (form.text("address").hint(f.t("org-address-hint")))
    }
}

fn draft(typed: &Typed) -> ops::Draft {
    ops::Draft {
        name: typed.get("name"),
        phone: typed.text("phone"),
        address: typed.text("address"),
        district: None,
        proposed: false,
        version: typed.int("version"),
    }
}

async fn found(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let said = typed.clone();
    let done = app.act(&f.who.actor, async move |cx| {
        let unknown = || Refusal::field("kind", "missing");
        let kind = OrgKind::parse(&said.get("kind")).ok_or_else(unknown)?;
        let unknown = |_| Refusal::field("parent", "missing");
        let parent = OrgId::parse(&said.get("parent")).map_err(unknown)?;
        let draft = ops::Draft { proposed: !said.is("open"), ..draft(&said) };
        ops::found(cx, kind, Some(&parent), &draft).await
    });
    match done.await {
        Ok(it) => Ok(f.go(&format!("/orgs/{}", it.id), "org-founded")),
        Err(no) => {
            let typed = typed.refused(no)?;
            let parents = parents(&app, &f).await?;
            Ok(draw_new(&f, &parents, &typed).into_response())
        }
    }
}

async fn one(app: &App, f: &Frame, id: &str) -> Result<Org> {
    let id = OrgId::parse(id)?;
    let read = app.look(&f.who.actor, async move |cx| {
        let grant = cx.may(Act::PeopleManage)?;
        ops::get(cx, &grant, &id).await
    });
    read.await
}

async fn edit(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let it = one(&app, &f, &id).await?;
    let typed = Typed::of([
        ("name", Some(it.name.clone())),
        ("phone", it.phone.clone()),
        ("address", it.address.clone()),
        ("version", Some(it.version.to_string())),
    ]);
    Ok(draw_edit(&f, &it, &typed))
}

fn draw_edit(f: &Frame, it: &Org, typed: &Typed) -> Page {
    let form = Form::new(f, typed).called("name", "org-name");
    let to = format!("/orgs/{}", it.id);
    let fields = html! { (form.hidden("version")) (about(form)) };
    let end = html! {
        button class="btn btn-primary" { (f.t("save")) }
        a class="btn" href=(to) { (f.t("cancel")) }
    };
    let body = html! {
        (heading(Some((&to, &it.name)), &f.t("org-edit"), html! {}))
        div class="narrow" {
            (card("", form.post_with("org", &format!("{to}/edit"), end, fields)))
        }
    };
    page(f, &f.t("org-edit"), body).refused(typed)
}

async fn change(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let (org, draft) = (OrgId::parse(&id)?, draft(&typed));
    let done = app.act(&f.who.actor, async move |cx| ops::change(cx, &org, &draft).await);
    match done.await {
        Ok(it) => Ok(f.go(&format!("/orgs/{}", it.id), "org-changed")),
        Err(no) => {
            let typed = typed.refused(no)?;
            let it = one(&app, &f, &id).await?;
            Ok(draw_edit(&f, &it, &typed).into_response())
        }
    }
}

async fn step(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let org = OrgId::parse(&id)?;
    let step = OrgStep::parse(&typed.get("step"));
    let version = typed.int("version");
    let done = app.act(&f.who.actor, async move |cx| {
        let grant = cx.may(Act::PeopleManage)?;
        ops::get(cx, &grant, &org).await?;
        ops::step(cx, &org, step.ok_or(rules::org::STEP)?, version).await
    });
    let to = format!("/orgs/{id}");
    match done.await {
        Ok(it) => Ok(f.go(&to, &format!("org-is-{}", it.status.code()))),
        Err(no) => f.stay(&to, no),
    }
}
