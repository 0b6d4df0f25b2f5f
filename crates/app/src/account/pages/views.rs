//! 我的视图: the lists somebody keeps, under what name, and which of them they see first.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Refusal, Result};
use maud::{Markup, html};
use rules::account::ViewId;

use super::super::{View, ops};
use crate::{
    App, Cx,
    edge::Fail,
    ui::{Form, Frame, LISTS, Page, Typed, card, empty, heading, page},
};

pub fn routes() -> Router<App> {
    Router::new().route("/views", get(list).post(save)).route("/views/change", post(change))
}

async fn mine(app: &App, f: &Frame) -> Result<Vec<View>> {
    app.look(&f.who.actor, async |cx: &mut Cx| ops::views(cx, None).await).await
}

async fn list(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    Ok(draw(&f, &mine(&app, &f).await?, &Typed::default()))
}

/// From the list that is to be kept: there it stands as a tab from now on.
async fn save(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let path = typed.get("path");
    // A list of ours and nothing else: the address is opened again some day.
    if !LISTS.contains(&path.as_str()) {
        return Err(Refusal::field("path", "unknown").into());
    }
    let pairs: Vec<(String, String)> =
        serde_html_form::from_str(&typed.get("query")).unwrap_or_default();
    let query = serde_html_form::to_string(pairs).unwrap_or_default();
    let (name, usual) = (typed.get("name"), typed.is("usual"));
    let back = format!("{path}?{query}");
    let done = app.act(&f.who.actor, async move |cx: &mut Cx| {
        ops::save_view(cx, &path, &name, &query, usual).await
    });
    match done.await {
        Ok(_) => Ok(f.go(&back, "view-is-saved")),
        Err(no) => Ok(f.stay(&back, no)?),
    }
}

async fn change(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let id = ViewId::parse(&typed.get("id")).map_err(|_| Refusal::field("id", "unknown"))?;
    let (name, usual, drops) = (typed.get("name"), typed.is("usual"), typed.has("do", "drop"));
    let done = app.act(&f.who.actor, async move |cx: &mut Cx| match drops {
        true => ops::drop_view(cx, &id).await,
        false => ops::change_view(cx, &id, &name, usual).await,
    });
    match done.await {
        Ok(()) => Ok(f.go("/views", if drops { "view-is-dropped" } else { "view-is-saved" })),
        Err(no) => {
            let typed = typed.refused(no)?;
            let all = mine(&app, &f).await?;
            Ok(draw(&f, &all, &typed).refused(&typed).into_response())
        }
    }
}

fn draw(f: &Frame, all: &[View], typed: &Typed) -> Page {
    let title = f.t("views-mine");
    let lists = LISTS.iter().filter(|path| all.iter().any(|it| it.path == **path));
    let body = html! {
        (heading(None, &title, html! {}))
        (Form::new(f, typed).errors())
        div class="stack narrow" {
            @for path in lists {
                (card(&list_name(f, path), html! {
                    @for it in all.iter().filter(|it| it.path == **path) { (one(f, it)) }
                }))
            }
            @if all.is_empty() {
                div class="sheet" {
                    (empty("star", &f.t("views-none"), &f.t("views-none-what"), html! {}))
                }
            }
        }
    };
    page(f, &title, body)
}

fn list_name(f: &Frame, path: &str) -> String {
    match path {
        "/people" => f.t("people"),
        path => f.code("area", path.trim_start_matches('/')),
    }
}

/// Its name to change, whether it comes first, and the way to see it or be rid of it.
fn one(f: &Frame, it: &View) -> Markup {
    html! {
        form class="row-line view" method="post" action="/views/change" {
            input type="hidden" name="id" value=(it.id);
            input class="form-control" name="name" value=(it.name) maxlength="40"
                aria-label=(f.t("view-name"));
            label class="form-check keep" {
                input class="form-check-input" type="checkbox" name="usual" value="true"
                    checked[it.usual];
                span class="form-check-label" { (f.t("view-usual-short")) }
            }
            button class="btn" { (f.t("save")) }
            a class="btn" href={ (it.path) "?" (it.query) } { (f.t("look")) }
            button class="btn btn-late" name="do" value="drop" { (f.t("view-drop")) }
        }
    }
}
