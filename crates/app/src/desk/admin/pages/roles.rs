//! 角色: the base roles as the policy has them, for everybody who gives them out to read; roles of
//! the company's own, made, changed and taken away; and what one person may do with theirs.
//!
//! Source: requirements 1.7; interfaces "Rights".

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Refusal, Result};
use maud::{Markup, html};
use rules::policy::{Act, PersonId, Reach, Rights, Role, reach};

use crate::{
    App, Cx,
    account::{
        CustomRole, Person,
        ops::{self, RoleDraft},
        pages::{role_word, role_words},
    },
    args,
    edge::Fail,
    ui::{
        Column, Form, Frame, Page, Typed, card, card_with, dialog, empty, heading, icon,
        network_tabs, page, press, settings_tabs, table,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin/roles", get(list))
        .route("/admin/roles/new", get(blank).post(make))
        .route("/admin/roles/{code}", get(edit).post(change))
        .route("/admin/roles/{code}/drop", post(drop_one))
        .route("/people/{id}/rights", get(of_person))
}

async fn list(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let read = app.look(&f.who.actor, async |cx: &mut Cx| {
        ops::reads_roles(cx)?;
        let holders = ops::role_holders(cx).await.unwrap_or_default();
        Ok((ops::custom_roles(cx).await?, holders))
    });
    let (customs, holders) = read.await?;
    let makes = f.may(Act::AccountManage);
    let title = f.t("tab-roles");
    let new = html! {
        @if makes {
            a class="btn btn-primary" href="/admin/roles/new" { (icon("plus")) (f.t("role-new")) }
        }
    };
    let beside = makes || f.may(Act::EventRead);
    let body = html! {
        (heading(None, &title, new))
        @if beside { (settings_tabs(&f, "roles")) } @else { (network_tabs(&f, "roles")) }
        div class="stack" {
            (own(&f, &customs, &holders))
            (card(&f.t("roles-base"), html! {
                p class="hint" { (f.t("roles-base-what")) }
                (matrix(&f))
            }))
        }
    };
    Ok(page(&f, &title, body))
}

/// Roles of the company's own.
fn own(f: &Frame, customs: &[CustomRole], holders: &[(String, i64)]) -> Markup {
    let makes = f.may(Act::AccountManage);
    let people = makes || f.may(Act::PeopleManage);
    let held = |it: &CustomRole| holders.iter().find(|known| known.0 == it.code).map(|it| it.1);
    let mut columns = vec![
        Column::new(f.t("org-name"), |it: &CustomRole| {
            html! {
                @if makes { a href={ "/admin/roles/" (it.code) } { (it.name) } } @else { (it.name) }
            }
        })
        .title(),
        Column::new(f.t("role-acts"), |it: &CustomRole| html! { (acts_of(f, it)) }).line().wraps(),
    ];
    if people {
        columns.push(
            Column::new(f.t("role-holders"), |it: &CustomRole| {
                let href = format!("/people?role={}", it.code);
                html! {
                    a href=(href) {
                        @match held(it) {
                            Some(count) => (count),
                            None => (f.t("role-who")),
                        }
                    }
                }
            })
            .due(),
        );
    }
    card(
        &f.t("roles-own"),
        html! {
            @if customs.is_empty() {
                p class="muted" { (f.t("roles-none")) br; (f.t("roles-none-what")) }
            } @else { (table(f, &columns, customs, html! {}, html! {})) }
        },
    )
}

/// `受理：本级；派单：全部`.
fn acts_of(f: &Frame, it: &CustomRole) -> String {
    let (colon, stop) = if f.say.is_chinese() { ("：", "；") } else { (": ", "; ") };
    let said = it.rights().into_iter().map(|(act, reach)| {
        format!("{}{colon}{}", f.code("act", act.code()), f.code("reach", reach.code()))
    });
    said.collect::<Vec<_>>().join(stop)
}

/// Who may do what, and how far: acts down, roles across.
fn matrix(f: &Frame) -> Markup {
    html! {
        div class="sheet wide rights" tabindex="0" role="region" aria-label=(f.t("roles-base")) {
            table {
                thead {
                    tr {
                        th { (f.t("role-act")) }
                        @for role in Role::ALL { th { (f.code("role", role.code())) } }
                    }
                }
                tbody {
                    @for act in Act::ALL {
                        tr {
                            th scope="row" { (f.code("act", act.code())) }
                            @for role in Role::ALL { (reach_cell(f, reach(*role, *act))) }
                        }
                    }
                }
            }
        }
    }
}

fn reach_cell(f: &Frame, it: Reach) -> Markup {
    html! {
        td {
            @match it {
                Reach::Nothing => span class="muted" { "–" },
                Reach::Everything => b { (f.code("reach", it.code())) },
                Reach::Own | Reach::Branch => (f.code("reach", it.code())),
            }
        }
    }
}

async fn blank(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    app.look(&f.who.actor, async |cx: &mut Cx| cx.may(Act::AccountManage).map(|_| ())).await?;
    Ok(draw(&f, None, 0, &Typed::default()))
}

/// A role as its form shows it.
fn typed_of(it: &CustomRole) -> Typed {
    let mut typed = Typed::of([("role_name", Some(it.name.clone()))]);
    for (act, reach) in it.rights() {
        typed.set(&format!("act.{act}"), reach.code());
    }
    typed.set("version", it.version.to_string());
    typed
}

fn draw(f: &Frame, known: Option<&CustomRole>, held: i64, typed: &Typed) -> Page {
    let form = Form::new(f, typed);
    let names: Vec<String> = Act::ALL.iter().map(|it| format!("act.{it}")).collect();
    let choices = |act: &Act| {
        let all = act.reaches().iter();
        all.map(|it| (it.code().to_owned(), f.code("reach", it.code()))).collect::<Vec<_>>()
    };
    let fields = html! {
        div class="halves" {
            (form.text("role_name").label(f.t("role-name")).required().attr("maxlength", "40"))
            @if known.is_none() {
                (form.text("role_code").label(f.t("role-code")).required().hint(f.t("role-code-hint"))
                    .attr("autocapitalize", "none").attr("maxlength", "40"))
            } @else { (form.hidden("version")) }
        }
        @if let Some(wrong) = typed.wrong(f, "acts") { div class="err" id="f-acts" { (wrong) } }
        div class="thirds" {
            @for (act, name) in Act::ALL.iter().zip(&names) {
                (form.select(name, choices(act), Some(f.code("reach", "none")))
                    .label(f.code("act", act.code())))
            }
        }
    };
    let title = known.map_or_else(|| f.t("role-new"), |it| it.name.clone());
    let action = known
        .map_or_else(|| "/admin/roles/new".to_owned(), |it| format!("/admin/roles/{}", it.code));
    let end = html! {
        button class="btn btn-primary" { (f.t("save")) }
        a class="btn" href="/admin/roles" { (f.t("cancel")) }
    };
    let drop = html! { @if let Some(it) = known { (drop_button(f, it, held)) } };
    let body = html! {
        (heading(Some(("/admin/roles", &f.t("tab-roles"))), &title, drop))
        @if let Some(it) = known { @if held > 0 {
            p class="hint" {
                (f.with("role-held", &args! { "count" => held })) " "
                a href={ "/people?role=" (it.code) } { (f.t("role-who")) }
            }
        } }
        (card("", form.post_with("role", &action, end, fields)))
    };
    page(f, &title, body).refused(typed)
}

fn drop_button(f: &Frame, it: &CustomRole, held: i64) -> Markup {
    let action = format!("/admin/roles/{}/drop", it.code);
    let sure = html! {
        div class="in" { p { (f.with("role-drop-means", &args! { "name" => it.name.clone() })) } }
        div class="form-end" {
            button class="btn js-only" type="button" data-close { (f.t("cancel")) }
            (press(&action, html! { (f.t("role-drop")) }, "btn-late", &[]))
        }
    };
    html! {
        @if held == 0 {
            button class="btn btn-late js-only" type="button" data-dialog="drop" {
                (icon("trash")) (f.t("role-drop"))
            }
            (dialog("drop", &f.t("role-drop"), false, sure))
            noscript { (press(&action, html! { (f.t("role-drop")) }, "btn-late", &[])) }
        }
    }
}

async fn known(app: &App, f: &Frame, code: &str) -> Result<(CustomRole, i64)> {
    let code = code.to_owned();
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        cx.may(Act::AccountManage)?;
        let all = ops::custom_roles(cx).await?;
        let it = all.into_iter().find(|it| it.code == code).ok_or(Refusal::NOT_FOUND)?;
        let held = ops::role_holders(cx).await?;
        let held = held.into_iter().find(|it| it.0 == code).map_or(0, |it| it.1);
        Ok((it, held))
    });
    read.await
}

async fn edit(State(app): State<App>, f: Frame, Path(code): Path<String>) -> Result<Page, Fail> {
    let (it, held) = known(&app, &f, &code).await?;
    Ok(draw(&f, Some(&it), held, &typed_of(&it)))
}

fn draft(typed: &Typed, code: String, is_new: bool) -> RoleDraft {
    let acts = Act::ALL.iter().filter_map(|act| {
        let said = typed.text(&format!("act.{act}"))?;
        Some((*act, Reach::parse(&said)?))
    });
    RoleDraft {
        code,
        name: typed.get("role_name"),
        acts: acts.collect(),
        is_new,
        version: typed.int("version"),
    }
}

async fn make(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let draft = draft(&typed, typed.get("role_code"), true);
    let done = app.act(&f.who.actor, async move |cx| ops::save_role(cx, &draft).await);
    match done.await {
        Ok(()) => Ok(f.go("/admin/roles", "role-is-saved")),
        Err(no) => Ok(draw(&f, None, 0, &typed.refused(no)?).into_response()),
    }
}

async fn change(
    State(app): State<App>,
    f: Frame,
    Path(code): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let (it, held) = known(&app, &f, &code).await?;
    let draft = draft(&typed, code, false);
    let done = app.act(&f.who.actor, async move |cx| ops::save_role(cx, &draft).await);
    match done.await {
        Ok(()) => Ok(f.go("/admin/roles", "role-is-saved")),
        Err(no) => Ok(draw(&f, Some(&it), held, &typed.refused(no)?).into_response()),
    }
}

async fn drop_one(
    State(app): State<App>,
    f: Frame,
    Path(code): Path<String>,
) -> Result<Response, Fail> {
    let back = format!("/admin/roles/{code}");
    let done = app.act(&f.who.actor, async move |cx| ops::drop_role(cx, &code).await);
    match done.await {
        Ok(()) => Ok(f.go("/admin/roles", "role-is-dropped")),
        Err(no) => f.stay(&back, no),
    }
}

/// What somebody may do, and what they might with other roles: nothing is changed by looking.
async fn of_person(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let id = PersonId::parse(&id)?;
    let tried = f.asked("try").map(|_| f.asked_all("role"));
    let asked = tried.clone();
    let read = app.look(&f.who.actor, async move |cx| {
        let (it, now, then) = ops::rights_of(cx, &id, asked.clone()).await?;
        Ok((it, now, then, ops::custom_roles(cx).await?))
    });
    let (it, now, then, customs) = read.await?;
    let chosen = tried.unwrap_or_else(|| it.roles.0.clone());
    let to = format!("/people/{}", it.id);
    let body = html! {
        (heading(Some((&to, &it.name)), &f.t("person-rights"), html! {}))
        div class="cols" {
            (may_do(&f, &customs, &chosen, &now, &then))
            (try_other(&f, &it, &customs, &chosen))
        }
    };
    Ok(page(&f, &f.t("person-rights"), body))
}

fn may_do(
    f: &Frame,
    customs: &[CustomRole],
    chosen: &[String],
    now: &Rights,
    then: &Rights,
) -> Markup {
    let any = |act: &&Act| then.reach(**act) > Reach::Nothing || now.reach(**act) > Reach::Nothing;
    let acts: Vec<Act> = Act::ALL.iter().filter(any).copied().collect();
    let from = |act: Act| {
        let gives = chosen.iter().filter(|code| {
            let base = Role::parse(code).map(|it| reach(it, act));
            let own =
                || customs.iter().find(|it| it.code == **code).map(|it| it.allows().reach(act));
            let reach = base.or_else(own).unwrap_or(Reach::Nothing);
            reach > Reach::Nothing && reach == then.reach(act)
        });
        role_words(f, customs, &gives.cloned().collect::<Vec<_>>())
    };
    let columns = [
        Column::new(f.t("role-act"), |act: &Act| html! { (f.code("act", act.code())) }).title(),
        Column::new(f.t("role-reach"), |act: &Act| {
            let (before, after) = (now.reach(*act), then.reach(*act));
            let word = f.code("reach", after.code());
            html! {
                @if before == after { (word) }
                @else if after > before { span class="t-good" { "+ " (word) } }
                @else { span class="t-late" { "− " (word) } }
            }
        })
        .due(),
        Column::new(f.t("role-from"), |act: &Act| html! { (from(*act)) }).quiet().line(),
    ];
    let none = empty("lock", &f.t("rights-none"), "", html! {});
    card_with(&f.t("person-may"), html! {}, table(f, &columns, &acts, none, html! {}))
}

fn try_other(f: &Frame, it: &Person, customs: &[CustomRole], chosen: &[String]) -> Markup {
    let values = chosen.iter().map(|code| ("role".to_owned(), code.clone()));
    let typed = Typed { values: values.collect(), refusal: None };
    let base = Role::ALL.iter().map(|it| it.code().to_owned());
    let all = base.chain(customs.iter().map(|it| it.code.clone()));
    let all = all.map(|code| (code.clone(), role_word(f, customs, &code)));
    let body = html! {
        p class="hint" { (f.t("rights-try-what")) }
        form action={ "/people/" (it.id) "/rights" } {
            input type="hidden" name="try" value="true";
            (Form::new(f, &typed).checks("role", all).label(f.t("field-roles")))
            div class="form-end" {
                button class="btn btn-primary" { (f.t("rights-try")) }
                a class="btn" href={ "/people/" (it.id) "/edit" } { (f.t("rights-give")) }
            }
        }
    };
    card(&f.t("rights-what-if"), body)
}
