//! One person as their manager sees them: facts, certificates, absences, what opens the door as
//! them, and whether they work here.

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Refusal, Result, Span};
use maud::{Markup, html};
use rules::{
    account::PersonStatus,
    policy::{Act, PersonId, Role},
};

use super::{
    super::{
        Absence, Certificate, CustomRole, Key, Person,
        ops::{self, Week},
        password,
    },
    shift,
    words::{named, role_words},
};
use crate::{
    App, args,
    edge::Fail,
    org,
    ui::{
        Column, Form, Frame, Page, Typed, ago, card, card_with, empty, facts, heading, icon,
        moment, or_dash, page, press, state, table,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/people/{id}", get(one))
        .route("/people/{id}/status", post(set_status))
        .route("/people/{id}/password", post(reset_password))
        .route("/people/{id}/unlock", post(unlock))
        .route("/people/{id}/second-factor/off", post(drop_factor))
        .route("/people/{id}/tokens", post(create_token))
        .route("/people/{id}/keys/revoke", post(revoke))
}

pub(super) struct Shown {
    pub(super) it: Person,
    org: String,
    customs: Vec<CustomRole>,
    certificates: Vec<Certificate>,
    absences: Vec<Absence>,
    /// The week they work, where it is not the pack's.
    pub(super) shift: Option<Week>,
    /// Sessions and tokens, where they are the asker's business.
    keys: Option<Vec<Key>>,
}

/// So far back and ahead absences are shown.
const BACK: Span = Span::days(90);
const AHEAD: Span = Span::days(400);

async fn read(app: &App, f: &Frame, id: &PersonId) -> Result<Shown> {
    let id = id.clone();
    let read = app.look(&f.who.actor, async move |cx| {
        let it = ops::managed_one(cx, &id).await?;
        let org = org::ops::find(cx, it.org.as_str()).await?;
        let now = cx.now();
        let (from, to) = (now.before(BACK), now.after(AHEAD));
        Ok(Shown {
            org: org.map(|it| it.name).unwrap_or_default(),
            customs: ops::custom_roles(cx).await?,
            certificates: ops::certificates(cx, &id).await?,
            absences: ops::absences(cx, &id, from, to).await?,
            shift: ops::shift(cx, &id).await?,
            keys: ops::keys(cx, &id).await.ok(),
            it,
        })
    });
    read.await
}

async fn one(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let shown = read(&app, &f, &PersonId::parse(&id)?).await?;
    Ok(draw(&f, &shown, &Typed::default(), None))
}

/// The page with a password that nobody will see again.
pub async fn shown_once(app: &App, f: &Frame, id: &PersonId, made: &str) -> Result<Page> {
    let shown = read(app, f, id).await?;
    let told = f.with("password-made", &args! { "login" => shown.it.login.clone() });
    Ok(draw(f, &shown, &Typed::default(), Some((told, made))))
}

fn draw(f: &Frame, shown: &Shown, typed: &Typed, secret: Option<(String, &str)>) -> Page {
    let it = &shown.it;
    let edit = html! {
        @if f.may(Act::EventRead) {
            a class="btn" href={ "/admin/events?subject=" (it.id) } {
                (icon("history")) (f.t("tab-events"))
            }
        }
        a class="btn" href={ "/people/" (it.id) "/rights" } { (icon("shield")) (f.t("person-rights")) }
        a class="btn" href={ "/people/" (it.id) "/edit" } { (icon("edit")) (f.t("edit")) }
    };
    let body = html! {
        (heading(Some(("/people", &f.t("people"))), &it.name, edit))
        @if let Some((told, secret)) = secret { (told_once(f, &told, secret)) }
        div class="cols" {
            div class="stack" {
                (about(f, shown))
                (certified(f, shown))
                @if let Some(keys) = &shown.keys { (doors(f, it, keys, typed)) }
            }
            div class="stack" {
                (card(&f.t("person-work"), work(f, it)))
                (card(&f.t("safety"), safety(f, it)))
                (away(f, shown))
                @if it.has(Role::Technician) { (shift::card_of(f, shown)) }
            }
        }
    };
    page(f, &it.name, body).refused(typed)
}

fn told_once(f: &Frame, told: &str, secret: &str) -> Markup {
    html! {
        div class="flash good" role="status" {
            div { (told) div { code class="secret" { (secret) } } }
            button class="btn btn-sm push" type="button" data-copy=(secret) {
                (icon("copy")) (f.t("copy"))
            }
        }
    }
}

fn about(f: &Frame, shown: &Shown) -> Markup {
    let it = &shown.it;
    let comma = f.say.comma();
    let skills: Vec<_> = it
        .skills
        .0
        .iter()
        .map(|code| f.company.pack.category(code).map_or(code.clone(), |it| named(f, &it.name)))
        .collect();
    let roles = role_words(f, &shown.customs, &it.roles.0);
    let all = [
        (f.t("field-login"), html! { (it.login) }),
        (f.t("field-status"), state(f, "person-status", it.status.code())),
        (f.t("org"), html! { a href={ "/orgs/" (it.org) } { (shown.org) } }),
        (f.t("post"), or_dash(it.post.as_deref().map(|it| f.post_of(it)))),
        (f.t("field-roles"), or_dash(Some(roles))),
        (f.t("field-phone"), or_dash(it.phone.as_deref())),
        (f.t("field-skills"), or_dash(Some(skills.join(comma)))),
        (f.t("field-lang"), html! { (f.code("lang", it.lang.code())) }),
    ];
    card(&f.t("admin-facts"), facts(&all))
}

fn certified(f: &Frame, shown: &Shown) -> Markup {
    let today = f.today();
    let columns = [
        Column::new(
            f.t("certificate-name"),
            |it: &Certificate| html! { (f.certificate(&it.name)) },
        )
        .title(),
        Column::new(f.t("certificate-number"), |it: &Certificate| or_dash(it.number.as_deref()))
            .line(),
        Column::new(f.t("certificate-until"), |it: &Certificate| match it.until {
            None => html! { span class="muted" { (f.t("certificate-open")) } },
            Some(day) if day < today => {
                html! { span class="due late" { (day) " " (f.t("certificate-over")) } }
            }
            Some(day) if day < today.plus(60) => html! { span class="due soon" { (day) } },
            Some(day) => html! { (day) },
        })
        .due(),
    ];
    let edit = html! { a href={ "/people/" (shown.it.id) "/certificates" } { (f.t("edit")) } };
    let none = empty("certificate", &f.t("certificates-none"), "", html! {});
    let rows = table(f, &columns, &shown.certificates, none, html! {});
    card_with(&f.t("certificates"), edit, rows)
}

/// Whether somebody works here, and what would change it.
fn work(f: &Frame, it: &Person) -> Markup {
    let own = f.who.actor.person.as_ref() == Some(&it.id);
    let action = format!("/people/{}/status", it.id);
    let to = |status: PersonStatus, class: &str| {
        let word = html! { (f.code("person-to", status.code())) };
        press(&action, word, class, &[("status", status.code())])
    };
    html! {
        p { (state(f, "person-status", it.status.code())) }
        p class="hint" { (f.code("person-status-means", it.status.code())) }
        @if own {
            p class="muted small" { (f.t("person-own")) }
        } @else {
            div class="acts" {
                @match it.status {
                    PersonStatus::Active => {
                        (to(PersonStatus::Suspended, ""))
                        (to(PersonStatus::Left, "btn-late"))
                    }
                    PersonStatus::Suspended => {
                        (to(PersonStatus::Active, "btn-primary"))
                        (to(PersonStatus::Left, "btn-late"))
                    }
                    PersonStatus::Left => (to(PersonStatus::Active, "")),
                }
            }
        }
    }
}

fn safety(f: &Frame, it: &Person) -> Markup {
    let guards = f.may(Act::SecurityManage);
    let locked = it.locked_until.filter(|at| *at > f.now);
    let factor = it.totp.is_some();
    let at = |path: &str| format!("/people/{}/{path}", it.id);
    html! {
        div class="clock" {
            span { (f.t("field-password")) }
            (press(&at("password"), html! { (f.t("password-reset")) }, "btn-sm", &[]))
            small {
                @if it.password.is_none() { (f.t("password-none")) }
                @else if it.must_change { (f.t("password-to-change")) }
                @else if let Some(day) = it.changed_at {
                    (f.t("changed-at")) " " (moment(f, day))
                }
            }
        }
        div class="clock" {
            span {
                (f.t("second-factor")) " "
                span class={ "state s-" (if factor { "good" } else { "calm" }) } {
                    (f.t(if factor { "is-on" } else { "is-off" }))
                }
            }
            @if factor && guards {
                (press(&at("second-factor/off"), html! { (f.t("turn-off")) }, "btn-sm", &[]))
            }
        }
        @if let Some(until) = locked {
            div class="clock" {
                span class="state s-late" { (f.t("person-locked")) }
                @if guards { (press(&at("unlock"), html! { (f.t("person-unlock")) }, "btn-sm", &[])) }
                small { (f.with("person-locked-until", &args! { "time" => f.moment(until) })) }
            }
        }
    }
}

fn away(f: &Frame, shown: &Shown) -> Markup {
    let manages = f.may(Act::PeopleManage) && f.may(Act::TechnicianRead);
    let add = html! {
        @if manages && shown.it.has(Role::Technician) {
            a href={ "/absences?person=" (shown.it.id) } { (icon("plus")) " " (f.t("absence-new")) }
        }
    };
    let coming: Vec<_> = shown.absences.iter().filter(|it| it.ends > f.now).collect();
    let body = html! {
        @if coming.is_empty() { p class="muted" { (f.t("absences-none")) } }
        ul class="areas" {
            @for it in coming {
                li {
                    span {
                        (moment(f, it.starts)) " – " (moment(f, it.ends))
                        @if !it.reason.is_empty() { " " span class="muted" { (it.reason) } }
                    }
                }
            }
        }
    };
    card_with(&f.t("absences"), add, body)
}

/// What opens the door as this person.
fn doors(f: &Frame, it: &Person, keys: &[Key], typed: &Typed) -> Markup {
    let action = format!("/people/{}/keys/revoke", it.id);
    let columns = [
        Column::new(f.t("person-key"), |key: &Key| {
            html! {
                (f.code("key-kind", key.kind.code()))
                @if !key.label.is_empty() { " " b { (key.label) } }
            }
        })
        .title(),
        Column::new(f.t("signed-in"), |key: &Key| moment(f, key.created_at)).line(),
        Column::new(f.t("last-seen"), |key: &Key| ago(f, key.seen_at)).line(),
        Column::new("", |key: &Key| {
            press(&action, html! { (f.t("revoke")) }, "btn-sm", &[("hash", &key.hash)])
        })
        .acts(),
    ];
    let form = Form::new(f, typed);
    let days = [30, 90, 365].map(|it| (it.to_string(), f.with("days", &args! { "count" => it })));
    let fields = html! {
        div class="halves" {
            (form.text("label").label(f.t("token-label")).placeholder(f.t("token-example")))
            (form.select("days", days, None).label(f.t("token-days")))
        }
    };
    let make = format!("/people/{}/tokens", it.id);
    let none = empty("key", &f.t("person-keys-none"), "", html! {});
    let body = html! {
        (table(f, &columns, keys, none, html! {}))
        @if f.may(Act::AccountManage) && it.status == PersonStatus::Active {
            div class="mt-3" { (form.post("token", &make, "token-create", fields)) }
        }
    };
    card(&f.t("person-keys"), body)
}

async fn set_status(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let person = PersonId::parse(&id)?;
    let status = PersonStatus::parse(&typed.get("status"));
    let done = app.act(&f.who.actor, async move |cx| {
        ops::managed_one(cx, &person).await?;
        let status = status.ok_or(Refusal::INVALID)?;
        ops::set_status(cx, &person, status).await.map(|()| status)
    });
    let to = format!("/people/{id}");
    match done.await {
        Ok(status) => Ok(f.go(&to, &format!("person-is-{}", status.code()))),
        Err(no) => f.stay(&to, no),
    }
}

async fn reset_password(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let person = PersonId::parse(&id)?;
    let asked = person.clone();
    let known = app.look(&f.who.actor, async move |cx| ops::managed_one(cx, &asked).await).await?;
    let made = password::for_somebody(&app, &known.login);
    let hashed = password::hash(&app, &made).await?;
    let asked = person.clone();
    let done =
        app.act(&f.who.actor, async move |cx| ops::reset_password(cx, &asked, &hashed).await).await;
    match done {
        Ok(()) => Ok(shown_once(&app, &f, &person, &made).await?.into_response()),
        Err(no) => f.stay(&format!("/people/{id}"), no),
    }
}

async fn unlock(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let person = PersonId::parse(&id)?;
    app.act(&f.who.actor, async move |cx| ops::unlock(cx, &person).await).await?;
    Ok(f.go(&back(&f, &id), "person-unlocked"))
}

async fn drop_factor(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let person = PersonId::parse(&id)?;
    app.act(&f.who.actor, async move |cx| ops::drop_second_factor(cx, &person).await).await?;
    Ok(f.go(&back(&f, &id), "second-factor-dropped"))
}

/// Security has no business with the person's own page.
fn back(f: &Frame, id: &str) -> String {
    let manages = f.may(Act::PeopleManage) || f.may(Act::AccountManage);
    if manages { format!("/people/{id}") } else { "/admin/security".to_owned() }
}

async fn create_token(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let person = PersonId::parse(&id)?;
    let label = typed.get("label");
    let days = typed.int("days").filter(|it| (1..=365).contains(it)).unwrap_or(90);
    let asked = person.clone();
    let made =
        app.act(&f.who.actor, async move |cx| ops::create_token(cx, &asked, &label, days).await);
    let (typed, token) = match made.await {
        Ok(token) => (Typed::default(), Some(token)),
        Err(no) => (typed.refused(no)?, None),
    };
    let shown = read(&app, &f, &person).await?;
    let secret = token.as_deref().map(|it| (f.t("token-shown-once"), it));
    Ok(draw(&f, &shown, &typed, secret).into_response())
}

async fn revoke(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let (person, hash) = (PersonId::parse(&id)?, typed.get("hash"));
    app.act(&f.who.actor, async move |cx| ops::revoke_of(cx, &person, &hash).await).await?;
    Ok(f.go(&back(&f, &id), "key-revoked"))
}
