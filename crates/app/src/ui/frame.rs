//! What every page needs of the one who asks, read once: who, in which language, at what moment,
//! where they are, and what waits for them.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Day, Error, Refusal, Result, Time};
use rules::{
    order::Window,
    pack::Name,
    policy::{Act, Reach},
};

use super::{
    list::LISTS,
    page::{Flash, put_flash},
    time::Here,
};
use crate::{
    App, account,
    company::Company,
    desk::workbench::{self, Tile, Waits},
    edge::{Fail, Who, cookie, detail, query},
    notice, org, packs,
    say::{Args, Say},
    warranty::words::of_the_law,
};

/// The extractor of every page. Who is not signed in is sent to the door and comes back; who has
/// to choose a new password does that first.
#[derive(Clone)]
pub struct Frame {
    pub who: Who,
    pub say: Say,
    pub now: Time,
    pub company: Arc<Company>,
    /// The organisation's name, as it stands beside the brand.
    pub org: String,
    /// The post, or the first role, in words.
    pub post: String,
    /// What waits for the reader; a fragment shows no frame, and nobody counted.
    pub tiles: Option<Vec<Tile>>,
    pub unread: i64,
    /// One's own views of the list that is asked for.
    pub views: Vec<account::View>,
    pub here: Place,
}

/// Where the reader is and how they read: known also at the door.
#[derive(Debug, Clone)]
pub struct Place {
    pub path: String,
    pub query: Vec<(String, String)>,
    /// htmx wants only what stands inside the frame.
    pub fragment: bool,
    pub theme: Option<&'static str>,
    pub flash: Option<Flash>,
}

/// A page for those who may be anybody: signing in.
#[derive(Clone)]
pub struct Door {
    pub say: Say,
    pub company: Arc<Company>,
    pub here: Place,
}

impl Door {
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.here.asked(name)
    }
}

impl Frame {
    pub fn t(&self, key: &str) -> String {
        self.say.t(key)
    }

    pub fn with(&self, key: &str, args: &Args) -> String {
        self.say.with(key, args)
    }

    /// The word of a code.
    pub fn code(&self, group: &str, code: &str) -> String {
        self.say.code(group, code)
    }

    /// What the pack calls it, in the reader's language.
    pub fn name(&self, name: &Name) -> String {
        if self.say.is_chinese() { name.zh.clone() } else { name.en.clone() }
    }

    /// A category, known by its Chinese name.
    pub fn category(&self, zh: &str) -> String {
        let known = self.company.pack.category(zh);
        known.map_or_else(|| of_the_law(self.say, zh), |it| self.name(&it.name))
    }

    /// A component, known by its Chinese name.
    pub fn component(&self, zh: &str) -> String {
        let known = self.company.pack.component(zh);
        known.map_or_else(|| of_the_law(self.say, zh), |it| self.name(it))
    }

    /// A post, kept by its Chinese name.
    pub fn post_of(&self, zh: &str) -> String {
        post(&self.company, self.say, zh)
    }

    /// A certificate, kept by its Chinese name.
    pub fn certificate(&self, zh: &str) -> String {
        let known = self.company.pack.certificates.iter().find(|it| it.name.zh == zh);
        known.map_or_else(|| zh.to_owned(), |it| self.name(&it.name))
    }

    /// What was found, done or used.
    pub fn found(&self, text: &str) -> String {
        packs::said(&self.company.pack, self.say, text)
    }

    /// The same where there may be none.
    pub fn category_of(&self, zh: Option<&str>) -> String {
        zh.map(|it| self.category(it)).unwrap_or_default()
    }

    /// How much waits in each area.
    pub fn waits(&self) -> Vec<Waits> {
        self.tiles.as_deref().map(workbench::waiting).unwrap_or_default()
    }

    pub fn may(&self, act: Act) -> bool {
        self.reach(act) > Reach::Nothing
    }

    pub fn reach(&self, act: Act) -> Reach {
        self.who.actor.rights.reach(act)
    }

    /// Technicians work on a phone: their own orders, one after the other.
    pub fn on_phone(&self) -> bool {
        self.reach(Act::OrderVisit) > Reach::Nothing && self.reach(Act::Read) == Reach::Own
    }

    pub fn time(&self) -> Here<'_> {
        Here { now: self.now, zone: &self.company.zone, say: self.say }
    }

    pub fn moment(&self, at: Time) -> String {
        self.time().moment(at)
    }

    /// `14:05`; on another day with that day.
    pub fn short(&self, at: Time) -> String {
        let today = at.day(&self.company.zone) == self.today();
        if today { self.time().clock(at) } else { self.moment(at) }
    }

    pub fn window(&self, it: Window) -> String {
        self.time().window(it)
    }

    pub fn day(&self, day: Day) -> String {
        self.time().day(day)
    }

    pub fn today(&self) -> Day {
        self.now.day(&self.company.zone)
    }

    /// The first value of a name in the address.
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.here.asked(name)
    }

    /// All values of a name in the address, repeated or with commas.
    pub fn asked_all(&self, name: &str) -> Vec<String> {
        let all = self.here.query.iter().filter(|it| it.0 == name);
        let all = all.flat_map(|it| it.1.split(',')).map(str::trim);
        all.filter(|it| !it.is_empty()).map(str::to_owned).collect()
    }

    /// This page with one thing in its address changed, back at its first row. An empty value
    /// takes the name away.
    pub fn href(&self, name: &str, value: &str) -> String {
        let others = self.here.query.iter().filter(|it| it.0 != name && it.0 != "cursor");
        let mut pairs: Vec<_> = others.cloned().collect();
        if !value.is_empty() {
            pairs.push((name.to_owned(), value.to_owned()));
        }
        address(&self.here.path, &pairs)
    }

    /// After something was done: to where one sees it, with a word about it.
    pub fn go(&self, to: &str, key: &str) -> Response {
        self.go_saying(to, &self.t(key))
    }

    pub fn go_saying(&self, to: &str, text: &str) -> Response {
        self.went(to, "good", text)
    }

    /// What was refused is said where one stood: for buttons, which have no form to come back to.
    pub fn stay(&self, to: &str, no: Error) -> Result<Response, Fail> {
        let other_page = no.is(&Refusal::NOT_ALLOWED) || no.is(&Refusal::NOT_FOUND);
        let no = match no {
            Error::Refused(it) if !other_page => it,
            error => return Err(error.into()),
        };
        Ok(self.went(to, "late", &detail(&no, self.say)))
    }

    fn went(&self, to: &str, kind: &str, text: &str) -> Response {
        let mut response = if self.here.fragment {
            // htmx follows redirects by itself and would put the page inside the page.
            let to = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
            ([("hx-redirect", to)], StatusCode::OK).into_response()
        } else {
            Redirect::to(to).into_response()
        };
        put_flash(&mut response, kind, text);
        response
    }
}

/// A post in the reader's language.
fn post(company: &Company, say: Say, zh: &str) -> String {
    let known = company.pack.posts.iter().find(|it| it.name.zh == zh);
    known.map_or_else(|| zh.to_owned(), |it| say.name(&it.name))
}

/// A path with its query.
pub fn address(path: &str, pairs: &[(String, String)]) -> String {
    match serde_html_form::to_string(pairs) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

/// What was refused stands at the address it was sent to; looking there again shows what it was
/// about: the same address without its last part, written as it came.
pub async fn back(here: Uri) -> Redirect {
    Redirect::to(here.path().rsplit_once('/').map_or("/", |(about, _)| about))
}

impl FromRequestParts<App> for Frame {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Frame, Response> {
        let Some(who) = parts.extensions.get::<Who>().cloned() else {
            return Err(to_the_door(parts));
        };
        let here = Place::of(parts);
        if who.session.must_change && !MAY_ANYWAY.contains(&here.path.as_str()) {
            return Err(Redirect::to("/me/password").into_response());
        }
        let bare = parts.method == Method::GET && parts.uri.query().is_none();
        let f = load(app, who, here).await.map_err(Fail::response)?;
        // Without a question a list is what its reader wants to see first.
        match f.views.iter().find(|it| it.usual && bare && !it.query.is_empty()) {
            Some(it) => Err(Redirect::to(&format!("{}?{}", it.path, it.query)).into_response()),
            None => Ok(f),
        }
    }
}

/// What can be done before the new password is chosen.
const MAY_ANYWAY: [&str; 3] = ["/me/password", "/logout", "/language"];

async fn load(app: &App, who: Who, here: Place) -> Result<Frame> {
    let say = who.say;
    let fragment = here.fragment;
    let list = LISTS.iter().find(|it| **it == here.path && !fragment).copied();
    let read = app.look(&who.actor, async move |cx| {
        let me = account::ops::me(cx).await?;
        let org = org::ops::find(cx, me.org.as_str()).await?;
        let views = match list {
            Some(path) => account::ops::views(cx, Some(path)).await?,
            None => Vec::new(),
        };
        // A fragment has no frame to show the rest in.
        let (tiles, unread) = match fragment {
            true => (None, 0),
            false => (Some(workbench::tiles(cx).await?), notice::ops::unread(cx).await?),
        };
        let role = me.roles.0.first().cloned().unwrap_or_default();
        let post = match me.post {
            Some(zh) => post(&cx.company, say, &zh),
            None if say.knows(&format!("role-{role}")) => say.code("role", &role),
            None => String::new(),
        };
        let org = org.map(|it| it.name).unwrap_or_default();
        Ok((org, post, tiles, unread, views, cx.now()))
    });
    let (org, post, tiles, unread, views, now) = read.await?;
    Ok(Frame { say, who, now, company: app.company(), org, post, tiles, unread, views, here })
}

impl FromRequestParts<App> for Door {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        app: &App,
    ) -> Result<Door, std::convert::Infallible> {
        let company = app.company();
        let say = parts.extensions.get::<Say>().copied().unwrap_or(Say(company.lang));
        Ok(Door { say, company, here: Place::of(parts) })
    }
}

impl Place {
    fn asked(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|it| it.0 == name && !it.1.trim().is_empty());
        found.map(|it| it.1.as_str())
    }

    fn of(parts: &Parts) -> Place {
        let theme = match cookie(&parts.headers, "theme").as_deref() {
            Some("light") => Some("light"),
            Some("dark") => Some("dark"),
            _ => None,
        };
        let boosted = parts.headers.contains_key("hx-boosted");
        Place {
            path: parts.uri.path().to_owned(),
            query: query(parts).unwrap_or_default(),
            fragment: parts.headers.contains_key("hx-request") && !boosted,
            theme,
            flash: cookie(&parts.headers, "flash").and_then(|it| Flash::read(&it)),
        }
    }
}

/// To the page where people say who they are, and from there back to where they were.
fn to_the_door(parts: &Parts) -> Response {
    let htmx = parts.headers.contains_key("hx-request");
    let next = way_back(&parts.method, &parts.uri, &parts.headers);
    let door = address("/login", &[("next".to_owned(), next)]);
    match HeaderValue::from_str(&door) {
        Ok(door) if htmx => ([("hx-redirect", door)], StatusCode::OK).into_response(),
        _ => Redirect::to(&door).into_response(),
    }
}

/// Where somebody comes back to after signing in: the page that was asked for, or the one whose form
/// was sent, which has kept what they typed. What was sent from elsewhere, or from nowhere, leads to
/// the page of the same name.
pub fn way_back(method: &Method, uri: &Uri, headers: &HeaderMap) -> String {
    let seen = match headers.contains_key("hx-request") {
        true => from_header(headers, "hx-current-url"),
        false if method.is_safe() => uri.path_and_query().map(|it| it.as_str().to_owned()),
        false => from_header(headers, header::REFERER.as_str()),
    };
    seen.unwrap_or_else(|| uri.path().to_owned())
}

/// Path and query of one of our own pages that a header names.
fn from_header(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    let (_, rest) = text.split_once("://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    if Some(host) != headers.get(header::HOST).and_then(|it| it.to_str().ok()) {
        return None;
    }
    Some(path.split('#').next().unwrap_or_default().to_owned())
}
