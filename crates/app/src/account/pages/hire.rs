//! Hiring somebody and changing what is said of them: name, post, roles, skills.

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use kernel::{Lang, Refusal, Result};
use maud::{Markup, html};
use rules::policy::{OrgId, PersonId};

use super::{
    super::{
        CustomRole, Person,
        ops::{self, Draft},
        password,
    },
    person::shown_once,
    words::{categories, post_of, posts, role_word},
};
use crate::{
    App, Cx,
    edge::Fail,
    org::{self, Org},
    ui::{Form, Frame, Page, Typed, card, heading, page},
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/people/new", get(blank).post(hire))
        .route("/people/post-roles", get(post_roles))
        .route("/people/{id}/edit", get(edit).post(change))
}

/// What the form offers.
struct Offer {
    orgs: Vec<Org>,
    roles: Vec<String>,
    customs: Vec<CustomRole>,
}

async fn offer(app: &App, f: &Frame) -> Result<Offer> {
    let read = app.look(&f.who.actor, async |cx: &mut Cx| {
        let grant = ops::managing(cx)?;
        let orgs = org::ops::list(cx, &grant, None).await?;
        let open = orgs.into_iter().filter(|it| it.status != rules::org::OrgStatus::Closed);
        let (base, customs) = ops::roles_to_give(cx).await?;
        let base = base.iter().map(|it| it.code().to_owned());
        let roles = base.chain(customs.iter().map(|it| it.code.clone())).collect();
        Ok(Offer { orgs: open.collect(), roles, customs })
    });
    read.await
}

async fn blank(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let offer = offer(&app, &f).await?;
    let org = f.asked("org").map(str::to_owned);
    let typed = Typed::of([("org", org), ("lang", Some(f.company.lang.code().to_owned()))]);
    Ok(draw_new(&f, &offer, &typed))
}

fn draw_new(f: &Frame, offer: &Offer, typed: &Typed) -> Page {
    let form = Form::new(f, typed);
    let orgs = offer.orgs.iter().map(|it| (it.id.to_string(), it.name.clone()));
    let fields = html! {
        div class="halves mb-3" {
            (form.text("name").required().focused().attr("autocomplete", "off"))
            (form.text("login").required().hint(f.t("login-hint"))
                .attr("autocomplete", "off").attr("autocapitalize", "none"))
        }
        (form.select("org", orgs, None).label(f.t("org")))
        (about(form, offer))
        p class="hint" { (f.t("person-new-password")) }
    };
    let body = html! {
        (heading(Some(("/people", &f.t("people"))), &f.t("person-new"), html! {}))
        div class="narrow" { (card("", form.post("person", "/people/new", "person-hire", fields))) }
    };
    page(f, &f.t("person-new"), body).refused(typed)
}

/// What is said of a person, new or known. Choosing a post ticks the roles it holds.
fn about(form: Form<'_>, offer: &Offer) -> Markup {
    let f = form.f;
    let chosen = form.typed.get("post");
    let known = posts(f);
    let other = !chosen.is_empty() && !known.iter().any(|it| it.0 == chosen);
    let langs = Lang::ALL.iter().map(|it| (it.code().to_owned(), f.code("lang", it.code())));
    html! {
        div class="halves mb-3" {
            div class="field" {
                label class="form-label" for="f-post" { (f.t("post")) }
                select class="form-select" id="f-post" name="post" hx-get="/people/post-roles"
                    hx-target="#roles" hx-swap="innerHTML" hx-trigger="change" {
                    option value="" { (f.t("post-none")) }
                    @if other { option value=(chosen) selected { (chosen) } }
                    @for (code, word) in &known {
                        option value=(code) selected[*code == chosen] { (word) }
                    }
                }
                div class="hint" { (f.t("post-hint")) }
            }
            (form.phone("phone"))
        }
        div id="roles" class="field" { (roles(form, offer)) }
        (form.checks("skills", categories(f)).hint(f.t("skills-hint")))
        (form.segments("lang", langs))
    }
}

fn roles(form: Form<'_>, offer: &Offer) -> Markup {
    let f = form.f;
    let all = offer.roles.iter();
    let all = all.map(|it| (it.clone(), role_word(f, &offer.customs, it)));
    html! { (form.checks("roles", all).required().hint(f.t("roles-hint"))) }
}

/// The roles with those of the chosen post ticked.
async fn post_roles(State(app): State<App>, f: Frame) -> Result<Markup, Fail> {
    let offer = offer(&app, &f).await?;
    let post = f.asked("post").unwrap_or_default();
    let held = of_post(&f, post, 3).into_iter().map(|it| ("roles".to_owned(), it));
    let typed = Typed { values: held.collect(), refusal: None };
    Ok(roles(Form::new(&f, &typed), &offer))
}

fn of_post(f: &Frame, post: &str, tier: i64) -> Vec<String> {
    let found = post_of(&f.company.pack, post, tier);
    let roles = found.map(|it| it.roles.as_slice()).unwrap_or_default();
    roles.iter().map(|it| it.code().to_owned()).collect()
}

fn draft(f: &Frame, typed: &Typed) -> Draft {
    let mut roles = typed.all("roles");
    if roles.is_empty() {
        roles = of_post(f, &typed.get("post"), 3);
    }
    Draft {
        login: typed.get("login"),
        name: typed.get("name"),
        post: typed.text("post"),
        roles,
        phone: typed.text("phone"),
        skills: typed.all("skills"),
        lang: typed.text("lang").and_then(|it| Lang::parse(&it)),
        version: typed.int("version"),
    }
}

/// Hired with a password that is shown once and changed at the first sign-in.
async fn hire(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let draft = draft(&f, &typed);
    let made = password::for_somebody(&app, &draft.login);
    let hashed = password::hash(&app, &made).await?;
    let org = typed.get("org");
    let done = app.act(&f.who.actor, async move |cx| {
        let org = OrgId::parse(&org).map_err(|_| Refusal::field("org", "missing"))?;
        let person = ops::hire(cx, &org, &draft, None).await?;
        ops::reset_password(cx, &person.id, &hashed).await?;
        Ok(person.id)
    });
    match done.await {
        Ok(id) => Ok(shown_once(&app, &f, &id, &made).await?.into_response()),
        Err(no) => {
            let typed = typed.refused(no)?;
            let offer = offer(&app, &f).await?;
            Ok(draw_new(&f, &offer, &typed).into_response())
        }
    }
}

async fn one(app: &App, f: &Frame, id: &str) -> Result<Person> {
    let id = PersonId::parse(id)?;
    app.look(&f.who.actor, async move |cx| ops::managed_one(cx, &id).await).await
}

async fn edit(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let it = one(&app, &f, &id).await?;
    let offer = offer(&app, &f).await?;
    let mut typed = Typed::of([
        ("name", Some(it.name.clone())),
        ("post", it.post.clone()),
        ("phone", it.phone.clone()),
        ("lang", Some(it.lang.code().to_owned())),
        ("version", Some(it.version.to_string())),
    ]);
    let roles = it.roles.0.iter().map(|one| ("roles".to_owned(), one.clone()));
    let skills = it.skills.0.iter().map(|one| ("skills".to_owned(), one.clone()));
    typed.values.extend(roles.chain(skills));
    Ok(draw_edit(&f, &it, &offer, &typed))
}

fn draw_edit(f: &Frame, it: &Person, offer: &Offer, typed: &Typed) -> Page {
    let form = Form::new(f, typed);
    let to = format!("/people/{}", it.id);
    let fields = html! {
        (form.hidden("version"))
        (form.text("name").required())
        (about(form, offer))
    };
    let end = html! {
        button class="btn btn-primary" { (f.t("save")) }
        a class="btn" href=(to) { (f.t("cancel")) }
    };
    let body = html! {
        (heading(Some((&to, &it.name)), &f.t("person-edit"), html! {}))
        div class="narrow" {
            (card("", form.post_with("person", &format!("{to}/edit"), end, fields)))
        }
    };
    page(f, &f.t("person-edit"), body).refused(typed)
}

async fn change(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let (person, draft) = (PersonId::parse(&id)?, draft(&f, &typed));
    let done = app.act(&f.who.actor, async move |cx| ops::change(cx, &person, &draft).await);
    match done.await {
        Ok(it) => Ok(f.go(&format!("/people/{}", it.id), "person-changed")),
        Err(no) => {
            let typed = typed.refused(no)?;
            let it = one(&app, &f, &id).await?;
            let offer = offer(&app, &f).await?;
            Ok(draw_edit(&f, &it, &offer, &typed).into_response())
        }
    }
}
