//! 故障代码: what can be wrong with each category, as the pack has it; and codes of the company's
//! own, made, changed and retired.
//!
//! Source: C3 (fault code and level).

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use kernel::Result;
use maud::html;
use rules::{pack::Fault, policy::Act};

use crate::{
    App, Cx,
    edge::Fail,
    packs::{self, FaultDraft},
    ui::{
        Column, Form, Frame, Page, Typed, card, empty, filter, heading, icon, or_dash, page, pill,
        settings_tabs, source, table,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin/faults", get(list))
        .route("/admin/faults/new", get(blank).post(make))
        .route("/admin/faults/{code}", get(edit).post(change))
}

fn categories(f: &Frame) -> Vec<(String, String)> {
    let all = f.company.pack.categories.iter();
    all.map(|it| (it.name.zh.clone(), f.name(&it.name))).collect()
}

async fn list(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    app.look(&f.who.actor, async |cx: &mut Cx| packs::settled(cx)).await?;
    let makes = f.may(Act::AccountManage);
    let asked = f.asked_all("category");
    let among = |it: &&Fault| asked.is_empty() || asked.contains(&it.category);
    let rows: Vec<&Fault> = f.company.pack.faults.iter().filter(among).collect();
    let title = f.t("tab-faults");
    let new = html! {
        @if makes {
            a class="btn btn-primary" href="/admin/faults/new" { (icon("plus")) (f.t("fault-new")) }
        }
    };
    let none = empty("tool", &f.t("faults-none"), &f.t("faults-none-what"), html! {});
    let body = html! {
        (heading(None, &title, new))
        (settings_tabs(&f, "faults"))
        div class="chips" { (filter(&f, "category", &f.t("field-category"), &categories(&f))) }
        (table(&f, &columns(&f, makes), &rows, none, html! {}))
    };
    Ok(page(&f, &title, body))
}

fn columns<'a>(f: &'a Frame, makes: bool) -> Vec<Column<'a, &'a Fault>> {
    let comma = f.say.comma();
    let level = |it: &Fault| {
        let known = f.company.pack.levels.iter().find(|level| level.level == it.level);
        let name = known.map(|it| f.name(&it.name)).unwrap_or_default();
        format!("{} {name}", it.level)
    };
    let own = |it: &Fault| it.ours;
    vec![
        Column::new(f.t("fault-code"), move |it: &&Fault| {
            html! {
                @if makes && own(it) { a href={ "/admin/faults/" (it.code) } { (it.code) } }
                @else { (it.code) }
            }
        })
        .line(),
        Column::new(f.t("org-name"), |it: &&Fault| {
            html! {
                (f.name(&it.name))
                @if it.retired { " " (pill("wait", &f.t("fault-retired"))) }
            }
        })
        .title(),
        Column::new(f.t("field-category"), |it: &&Fault| html! { (f.category(&it.category)) })
            .line(),
        Column::new(f.t("field-level"), move |it: &&Fault| html! { (level(it)) }).due().wraps(),
        Column::new(f.t("fault-component"), |it: &&Fault| {
            or_dash(it.component.as_deref().map(|it| f.found(it)))
        })
        .wraps(),
        Column::new(f.t("fault-causes"), move |it: &&Fault| {
            let causes: Vec<_> = it.causes.iter().map(|it| f.found(it)).collect();
            or_dash(Some(causes.join(comma)))
        })
        .slim()
        .quiet(),
        Column::new(f.t("field-source"), |it: &&Fault| {
            or_dash(it.origin.source.as_deref().map(|it| source(f, it)))
        })
        .quiet(),
    ]
}

async fn blank(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    app.look(&f.who.actor, async |cx: &mut Cx| cx.may(Act::AccountManage).map(|_| ())).await?;
    let category = f.asked("category").map(str::to_owned);
    let typed = Typed::of([("category", category), ("level", Some("3".to_owned()))]);
    Ok(draw(&f, None, &typed))
}

fn draw(f: &Frame, code: Option<&str>, typed: &Typed) -> Page {
    let form = Form::new(f, typed);
    let levels = f.company.pack.levels.iter();
    let levels: Vec<_> = levels
        .map(|it| (it.level.to_string(), format!("{} {}", it.level, f.name(&it.name))))
        .collect();
    let fields = html! {
        @if code.is_none() {
            (form.text("fault_code").label(f.t("fault-code")).required().attr("maxlength", "20")
                .hint(f.t("fault-code-hint")))
        } @else { (form.hidden("version")) }
        (form.select("category", categories(f), Some(f.t("admin-choose"))).required())
        div class="halves" {
            (form.text("zh").label(f.t("fault-zh")).required().attr("maxlength", "60"))
            (form.text("en").label(f.t("fault-en")).attr("maxlength", "60"))
        }
        (form.select("level", levels, None))
        @if code.is_some() { (form.check("retired").label(f.t("fault-retire"))) }
    };
    let title = code.map_or_else(|| f.t("fault-new"), str::to_owned);
    let action = match code {
        Some(code) => format!("/admin/faults/{code}"),
        None => "/admin/faults/new".to_owned(),
    };
    let end = html! {
        button class="btn btn-primary" { (f.t("save")) }
        a class="btn" href="/admin/faults" { (f.t("cancel")) }
    };
    let body = html! {
        (heading(Some(("/admin/faults", &f.t("tab-faults"))), &title, html! {}))
        div class="narrow" { (card("", form.post_with("fault", &action, end, fields))) }
    };
    page(f, &title, body).refused(typed)
}

async fn edit(State(app): State<App>, f: Frame, Path(code): Path<String>) -> Result<Page, Fail> {
    let asked = code.clone();
    let read = app.look(&f.who.actor, async move |cx| packs::own_fault(cx, &asked).await);
    let it = read.await?;
    let fault = it.fault;
    let typed = Typed::of([
        ("category", Some(fault.category)),
        ("zh", Some(fault.name.zh)),
        ("en", Some(fault.name.en)),
        ("level", Some(fault.level.to_string())),
        ("retired", fault.retired.then(|| "true".to_owned())),
        ("version", Some(it.version.to_string())),
    ]);
    Ok(draw(&f, Some(&code), &typed))
}

fn draft(typed: &Typed, code: String) -> FaultDraft {
    FaultDraft {
        code,
        category: typed.get("category"),
        zh: typed.get("zh"),
        en: typed.get("en"),
        level: typed.int("level"),
        retired: typed.is("retired"),
        version: None,
    }
}

async fn make(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let draft = draft(&typed, typed.get("fault_code"));
    save(&app, &f, None, draft, &typed).await
}

async fn change(
    State(app): State<App>,
    f: Frame,
    Path(code): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let version = Some(typed.int("version").unwrap_or(-1));
    let draft = FaultDraft { version, ..draft(&typed, code.clone()) };
    save(&app, &f, Some(&code), draft, &typed).await
}

async fn save(
    app: &App,
    f: &Frame,
    code: Option<&str>,
    draft: FaultDraft,
    typed: &Typed,
) -> Result<Response, Fail> {
    let done = app.act(&f.who.actor, async move |cx| packs::save_fault(cx, &draft).await);
    match done.await {
        Ok(()) => {
            app.learn().await?;
            Ok(f.go("/admin/faults", "fault-is-saved"))
        }
        Err(no) => Ok(draw(f, code, &typed.refused(no)?).into_response()),
    }
}
