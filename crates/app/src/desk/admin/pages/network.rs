//! 网点与人员: the tree of headquarters, regions and outlets with what each has, and one
//! organisation with its facts, its people and its territory.

use std::collections::HashMap;

use axum::{
    Router,
    extract::{Path, State},
    routing::get,
};
use kernel::Result;
use maud::{Markup, html};
use rules::{
    org::{Bonds, OrgKind, OrgStatus, OrgStep},
    policy::{Act, OrgId},
};

use crate::{
    App, Cx,
    account::{self, CustomRole, Person, pages::role_words},
    args,
    edge::Fail,
    org::{self, Org, ops::Area},
    ui::{
        Column, Frame, Page, card, card_with, empty, facts, filter, heading, icon, network_tabs,
        or_dash, page, press, search_box, state, table,
    },
};

/// Up to so many organisations stand there all at once; of more, the regions open one by one.
const ALL_AT_ONCE: usize = 60;
const PEOPLE_MOST: i64 = 100;

pub fn routes() -> Router<App> {
    Router::new().route("/orgs", get(tree)).route("/orgs/{id}", get(one))
}

/// One line of the tree.
struct Line {
    it: Org,
    depth: usize,
    people: i64,
    districts: i64,
    /// Organisations below it that do not stand here now.
    folded: usize,
}

async fn tree(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let read = app.look(&f.who.actor, async |cx: &mut Cx| {
        let grant = account::ops::managing(cx)?;
        let orgs = org::ops::list(cx, &grant, None).await?;
        let people = account::ops::head_counts(cx).await?;
        let areas = org::ops::territories(cx, &grant).await?;
        Ok((orgs, people, areas))
    });
    let (orgs, people, areas) = read.await?;
    let founds = f.may(Act::PeopleManage) && orgs.iter().any(|it| it.kind.takes_below());
    let lines = lines(&f, orgs, &people, &areas);
    let title = f.t("area-orgs");
    let acts = html! {
        @if founds {
            a class="btn btn-primary" href="/orgs/new" { (icon("plus")) (f.t("org-new")) }
        }
    };
    let statuses = OrgStatus::ALL.iter();
    let statuses: Vec<_> =
        statuses.map(|it| (it.code().to_owned(), f.code("org-status", it.code()))).collect();
    let none = empty("building-store", &f.t("orgs-none"), &f.t("orgs-none-what"), html! {});
    let body = html! {
        (heading(None, &title, acts))
        (network_tabs(&f, "orgs"))
        div class="chips" {
            (search_box(&f, &f.t("orgs-find")))
            (filter(&f, "status", &f.t("field-status"), &statuses))
        }
        (table(&f, &columns(&f), &lines, none, html! {}))
    };
    Ok(page(&f, &title, body))
}

/// The tree as it is asked for: narrowed, it is a plain list.
fn lines(f: &Frame, orgs: Vec<Org>, people: &[(OrgId, i64)], areas: &[(OrgId, Area)]) -> Vec<Line> {
    let heads: HashMap<_, _> = people.iter().map(|it| (&it.0, it.1)).collect();
    let mut districts: HashMap<&OrgId, i64> = HashMap::new();
    for (org, area) in areas {
        *districts.entry(org).or_default() += org::ops::districts_in(&area.0);
    }
    let (q, status) = (f.asked("q").map(str::to_lowercase), f.asked_all("status"));
    let narrowed = q.is_some() || !status.is_empty();
    let open = f.asked("open").unwrap_or_default().to_owned();
    let unfolded = narrowed || orgs.len() <= ALL_AT_ONCE;
    let top = orgs.iter().map(|it| depth(&it.path)).min().unwrap_or(0);
    let below = |it: &Org| {
        orgs.iter().filter(|other| other.path.starts_with(&it.path) && other.id != it.id).count()
    };
    let stands = |it: &&Org| {
        let asked = q.as_ref().is_none_or(|q| it.name.to_lowercase().contains(q.as_str()))
            && (status.is_empty() || status.iter().any(|one| one == it.status.code()));
        let closed = it.status == OrgStatus::Closed && !narrowed;
        let level = depth(&it.path) - top;
        let parent_open = it.parent.as_ref().is_some_and(|it| it.as_str() == open);
        asked && !closed && (unfolded || level <= 1 || parent_open)
    };
    let shown = orgs.iter().filter(stands);
    shown
        .map(|it| Line {
            depth: if narrowed { 0 } else { (depth(&it.path) - top).min(4) },
            people: heads.get(&it.id).copied().unwrap_or(0),
            districts: districts.get(&it.id).copied().unwrap_or(0),
            folded: if unfolded || it.id.as_str() == open || depth(&it.path) == top {
                0
            } else {
                below(it)
            },
            it: it.clone(),
        })
        .collect()
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}

fn columns<'a>(f: &'a Frame) -> [Column<'a, Line>; 6] {
    [
        Column::new(f.t("org-name"), |line: &Line| {
            html! {
                span class={ "depth-" (line.depth) } {
                    a href={ "/orgs/" (line.it.id) } { (line.it.name) }
                    @if line.folded > 0 {
                        " "
                        a class="small" href=(f.href("open", line.it.id.as_str())) {
                            (f.with("orgs-below", &args! { "count" => line.folded }))
                        }
                    }
                }
            }
        })
        .title(),
        Column::new(f.t("org-kind"), |line: &Line| {
            html! { (f.code("org-kind", line.it.kind.code())) }
        })
        .line(),
        Column::new(f.t("field-status"), |line: &Line| {
            state(f, "org-status", line.it.status.code())
        })
        .line(),
        Column::new(f.t("people"), |line: &Line| {
            html! {
                @if line.people > 0 {
                    a href={ "/people?org=" (line.it.id) } { (line.people) }
                } @else { span class="muted" { "0" } }
            }
        })
        .num(),
        Column::new(f.t("org-districts"), |line: &Line| {
            let serves = has_territory(line.it.kind);
            let href = format!("/orgs/{}/territory", line.it.id);
            html! {
                @if serves && f.may(Act::PeopleManage) {
                    a href=(href) class=[(line.districts == 0).then_some("t-wait")] {
                        (line.districts)
                    }
                } @else if serves { (line.districts) } @else { span class="muted" { "—" } }
            }
        })
        .num(),
        Column::new(f.t("field-phone"), |line: &Line| or_dash(line.it.phone.as_deref())).line(),
    ]
}

fn has_territory(kind: OrgKind) -> bool {
    kind == OrgKind::Region || kind.serves()
}

/// What the page of one organisation shows.
struct Shown {
    it: Org,
    /// Its parent, and whether the reader may look at that.
    above: Option<(Org, bool)>,
    people: Vec<Person>,
    customs: Vec<CustomRole>,
    areas: Vec<Area>,
    rivals: Vec<(Org, Vec<Area>)>,
    below: Vec<Org>,
    bonds: Bonds,
}

async fn read(app: &App, f: &Frame, id: &str) -> Result<Shown> {
    let id = OrgId::parse(id)?;
    let read = app.look(&f.who.actor, async move |cx| {
        let grant = account::ops::managing(cx)?;
        let it = org::ops::get(cx, &grant, &id).await?;
        let above = match &it.parent {
            Some(parent) => org::ops::find(cx, parent.as_str()).await?,
            None => None,
        };
        let above = above.map(|it| {
            let seen = grant.covers(&it.path, None);
            (it, seen)
        });
        let which = account::ops::WhichPeople {
            org: Some(id.to_string()),
            limit: Some(PEOPLE_MOST + 1),
            ..Default::default()
        };
        let all = org::ops::list(cx, &grant, None).await?;
        let below = all.into_iter().filter(|one| one.parent.as_ref() == Some(&id));
        let areas = org::ops::territory(cx, &id).await?;
        Ok(Shown {
            above,
            people: account::ops::managed(cx, &which).await?,
            customs: account::ops::custom_roles(cx).await?,
            rivals: org::ops::rivals(cx, &it, &areas).await?,
            areas,
            below: below.collect(),
            bonds: org::ops::bonds(cx, &it).await?,
            it,
        })
    });
    read.await
}

async fn one(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Page, Fail> {
    let shown = read(&app, &f, &id).await?;
    let it = &shown.it;
    let title = html! {
        (heading(Some(("/orgs", &f.t("area-orgs"))), &it.name, acts(&f, it)))
    };
    let body = html! {
        (title)
        div class="cols" {
            div class="stack" {
                (about(&f, &shown))
                (people(&f, &shown))
            }
            div class="stack" {
                @if has_territory(it.kind) { (territory(&f, &shown)) }
                @if !shown.below.is_empty() || it.kind == OrgKind::Hq { (below(&f, &shown)) }
            }
        }
    };
    Ok(page(&f, &it.name, body))
}

fn acts(f: &Frame, it: &Org) -> Markup {
    if !f.may(Act::PeopleManage) {
        return html! {};
    }
    let own = f.who.actor.org.as_ref() == Some(&it.id);
    let steps = it.status.steps().filter(|_| !own && it.kind != OrgKind::Hq);
    let version = it.version.to_string();
    let action = format!("/orgs/{}/step", it.id);
    html! {
        @for step in steps {
            @let class = if step == OrgStep::Close { "btn-late" } else { "" };
            @let word = html! { (f.code("org-step", step.code())) };
            (press(&action, word, class, &[("step", step.code()), ("version", &version)]))
        }
        a class="btn" href={ "/orgs/" (it.id) "/edit" } { (icon("edit")) (f.t("edit")) }
    }
}

fn about(f: &Frame, shown: &Shown) -> Markup {
    let it = &shown.it;
    let above = html! {
        @if let Some((above, seen)) = &shown.above {
            @if *seen { a href={ "/orgs/" (above.id) } { (above.name) } } @else { (above.name) }
        } @else { (or_dash(None::<&str>)) }
    };
    let open = shown.bonds.open_orders;
    let open = html! {
        @if open > 0 && f.may(Act::Read) && it.kind.serves() {
            a href={ "/orders?outlet=" (it.id) } { (open) }
        } @else { (open) }
    };
    let place = it.district.as_deref().and_then(locality::full_name);
    let all = [
        (f.t("org-kind"), html! { (f.code("org-kind", it.kind.code())) }),
        (f.t("field-status"), state(f, "org-status", it.status.code())),
        (f.t("org-parent"), above),
        (f.t("org-open-orders"), open),
        (f.t("field-phone"), or_dash(it.phone.as_deref())),
        (f.t("field-district"), or_dash(place)),
        (f.t("field-address"), or_dash(it.address.as_deref())),
    ];
    card(&f.t("admin-facts"), facts(&all))
}

fn people(f: &Frame, shown: &Shown) -> Markup {
    let it = &shown.it;
    let more = shown.people.len() as i64 > PEOPLE_MOST;
    let rows = &shown.people[..shown.people.len().min(PEOPLE_MOST as usize)];
    let columns = [
        Column::new(f.t("field-name"), |one: &Person| {
            html! { a href={ "/people/" (one.id) } { (one.name) } }
        })
        .title(),
        Column::new(f.t("post"), |one: &Person| {
            or_dash(one.post.as_deref().map(|it| f.post_of(it)))
        })
        .line(),
        Column::new(
            f.t("field-roles"),
            |one: &Person| html! { (role_words(f, &shown.customs, &one.roles.0)) },
        )
        .slim(),
        Column::new(f.t("field-status"), |one: &Person| {
            state(f, "person-status", one.status.code())
        })
        .line(),
    ];
    let none = empty("users", &f.t("people-none"), &f.t("people-none-here"), html! {});
    let foot = html! {
        @if more { a href={ "/people?org=" (it.id) } { (f.t("people-all")) } }
    };
    let new = html! {
        @if it.status != OrgStatus::Closed {
            a href={ "/people/new?org=" (it.id) } { (icon("plus")) " " (f.t("person-new")) }
        }
    };
    card_with(&f.t("people"), new, table(f, &columns, rows, none, foot))
}

/// So many areas are named here; the rest on the page of the territory.
const AREAS_SHOWN: usize = 24;

fn territory(f: &Frame, shown: &Shown) -> Markup {
    let count: i64 = shown.areas.iter().map(|it| org::ops::districts_in(&it.0)).sum();
    let href = format!("/orgs/{}/territory", shown.it.id);
    let change = html! { @if f.may(Act::PeopleManage) { a href=(href) { (f.t("edit")) } } };
    let names: Vec<_> = shown.rivals.iter().map(|it| it.0.name.as_str()).collect();
    let comma = f.say.comma();
    let body = html! {
        @if shown.areas.is_empty() {
            p class="t-wait" { (f.t("territory-none-what")) }
        } @else {
            p { b { (f.with("territory-count", &args! { "count" => count })) } }
            div class="chips" {
                @for (area, category) in shown.areas.iter().take(AREAS_SHOWN) {
                    span class="chip" {
                        (org::pages::area_name(area))
                        @if let Some(category) = category { b { (category) } }
                    }
                }
                @if shown.areas.len() > AREAS_SHOWN {
                    a class="chip" href=(href) { "+" (shown.areas.len() - AREAS_SHOWN) }
                }
            }
        }
        @if !names.is_empty() {
            p class="t-wait small" {
                (f.with("territory-also", &args! { "names" => names.join(comma) }))
            }
        }
    };
    card_with(&f.t("territory"), change, body)
}

fn below(f: &Frame, shown: &Shown) -> Markup {
    let new = html! {
        @if f.may(Act::PeopleManage) {
            a href={ "/orgs/new?parent=" (shown.it.id) } { (icon("plus")) " " (f.t("org-new")) }
        }
    };
    let body = html! {
        ul class="areas" {
            @for one in &shown.below {
                li {
                    a href={ "/orgs/" (one.id) } { (one.name) }
                    span class="push" { (state(f, "org-status", one.status.code())) }
                }
            }
        }
    };
    card_with(&f.t("orgs-under"), new, body)
}
