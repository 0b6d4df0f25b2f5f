//! 人员: everybody one manages, narrowed by place, role and state; the same rows as a file.

use axum::{Router, extract::State, response::Response, routing::get};
use kernel::Result;
use maud::html;
use platform::sheet::Entry;
use rules::{account::PersonStatus, org::OrgStatus, policy::Role};

use super::{
    super::{
        CustomRole, Person,
        ops::{self, WhichPeople},
    },
    words::role_words,
};
use crate::{
    App, Cx,
    edge::{
        Fail,
        asked::{self, cut},
    },
    org::{self, Org},
    ui::{
        Column, Frame, List, Page, empty, file, filter, icon, network_tabs, or_dash, pill,
        search_box, state,
    },
};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/people", get(list))
        .route("/people.xlsx", get(download))
        .route("/people.csv", get(download))
}

const ROWS: i64 = 50;
/// A file has at most so many rows.
const FILE_ROWS: i64 = 20_000;

struct Listed {
    people: Vec<Person>,
    orgs: Vec<Org>,
    customs: Vec<CustomRole>,
}

impl Listed {
    fn org(&self, person: &Person) -> &str {
        self.orgs.iter().find(|it| it.id == person.org).map_or("", |it| it.name.as_str())
    }
}

async fn read(app: &App, f: &Frame, limit: i64) -> Result<Listed> {
    let status: Vec<_> =
        f.asked_all("status").iter().filter_map(|it| PersonStatus::parse(it)).collect();
    let which = WhichPeople {
        q: f.asked("q").map(str::to_owned),
        roles: f.asked_all("role"),
        status,
        after: after(f.asked("cursor"))?,
        limit: Some(limit),
        ..Default::default()
    };
    let places = f.asked_all("org");
    let read = app.look(&f.who.actor, async move |cx: &mut Cx| {
        let grant = ops::managing(cx)?;
        let orgs = org::ops::list(cx, &grant, None).await?;
        let mut which = which.clone();
        for place in &places {
            let found = orgs.iter().find(|it| it.id.as_str() == place);
            which.branches.push(found.ok_or(kernel::Refusal::NOT_FOUND)?.path.clone());
        }
        let people = ops::managed(cx, &which).await?;
        let customs = ops::custom_roles(cx).await?;
        Ok(Listed { people, orgs, customs })
    });
    read.await
}

/// The place of the last row: path, name and id.
fn after(cursor: Option<&str>) -> Result<Option<(String, String, String)>> {
    let Some((value, id)) = asked::after(cursor)? else { return Ok(None) };
    let (path, name) = value.split_once('|').unwrap_or((value.as_str(), ""));
    Ok(Some((path.to_owned(), name.to_owned(), id)))
}

async fn list(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let mut listed = read(&app, &f, ROWS + 1).await?;
    let (people, more) = cut(std::mem::take(&mut listed.people), ROWS);
    let last = people.last().filter(|_| more);
    let next = last.map(|it| asked::cursor(format!("{}|{}", it.path, it.name), &it.id));
    let new = html! {
        a class="btn btn-primary" href="/people/new" { (icon("plus")) (f.t("person-new")) }
    };
    let list = List {
        title: f.t("people"),
        acts: new,
        beside: network_tabs(&f, "people"),
        views: Vec::new(),
        chips: html! {
            (search_box(&f, &f.t("people-find")))
            (filter(&f, "org", &f.t("org"), &places(&listed)))
            (filter(&f, "role", &f.t("field-roles"), &roles(&f, &listed)))
            (filter(&f, "status", &f.t("field-status"), &statuses(&f)))
        },
        columns: columns(&f, &listed),
        rows: &people,
        next: next.as_deref(),
        none: empty("users", &f.t("people-none"), &f.t("people-none-what"), html! {}),
        bulk: html! {},
    };
    Ok(list.draw(&f))
}

/// Places to narrow by: those that have branches, and the rest as far as a menu can be read.
fn places(listed: &Listed) -> Vec<(String, String)> {
    let open = listed.orgs.iter().filter(|it| it.status != OrgStatus::Closed);
    open.take(60).map(|it| (it.id.to_string(), it.name.clone())).collect()
}

fn roles(f: &Frame, listed: &Listed) -> Vec<(String, String)> {
    let base = Role::ALL.iter().map(|it| (it.code().to_owned(), f.code("role", it.code())));
    base.chain(listed.customs.iter().map(|it| (it.code.clone(), it.name.clone()))).collect()
}

fn statuses(f: &Frame) -> Vec<(String, String)> {
    let all = PersonStatus::ALL.iter();
    all.map(|it| (it.code().to_owned(), f.code("person-status", it.code()))).collect()
}

fn columns<'a>(f: &'a Frame, listed: &'a Listed) -> Vec<Column<'a, Person>> {
    let post = |it: &Person| it.post.as_deref().map(|it| f.post_of(it));
    vec![
        Column::new(f.t("field-name"), |it: &Person| {
            html! {
                a href={ "/people/" (it.id) } { (it.name) }
                @if it.locked_until.is_some_and(|at| at > f.now) {
                    " " (pill("late", &f.t("person-locked")))
                }
            }
        })
        .key("name")
        .title(),
        Column::new(f.t("field-login"), |it: &Person| html! { (it.login) }).key("login").quiet(),
        Column::new(f.t("org"), |it: &Person| {
            html! { a href={ "/orgs/" (it.org) } { (listed.org(it)) } }
        })
        .key("org")
        .line(),
        Column::new(f.t("post"), move |it: &Person| or_dash(post(it))).key("post").line(),
        Column::new(f.t("field-roles"), |it: &Person| {
            html! { (role_words(f, &listed.customs, &it.roles.0)) }
        })
        .key("roles")
        .slim(),
        Column::new(f.t("field-phone"), |it: &Person| or_dash(it.phone.as_deref())).key("phone"),
        Column::new(f.t("field-status"), |it: &Person| state(f, "person-status", it.status.code()))
            .key("status")
            .due(),
    ]
}

async fn download(State(app): State<App>, f: Frame) -> Result<Response, Fail> {
    let listed = read(&app, &f, FILE_ROWS).await?;
    // The headings of `import people`: the file goes in again as it came out.
    let headings = ["login", "name", "role", "org", "phone", "skills", "post", "status"];
    let headings = headings.map(str::to_owned).to_vec();
    let text = |it: &str| Entry::Text(it.to_owned());
    let rows = listed.people.iter().map(|it| {
        vec![
            text(&it.login),
            text(&it.name),
            text(&it.roles.0.join(",")),
            text(listed.org(it)),
            it.phone.as_deref().map_or(Entry::Empty, text),
            text(&it.skills.0.join(",")),
            it.post.as_deref().map_or(Entry::Empty, |post| Entry::Text(f.post_of(post))),
            Entry::Text(f.code("person-status", it.status.code())),
        ]
    });
    Ok(file(&f, "people", headings, rows.collect()).await?)
}
