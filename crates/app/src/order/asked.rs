//! A list of orders as the address line asks for it: the same words for the page, its export and
//! the JSON, so that a link can be handed on.

use kernel::{Field, Result, Time, Wrongs};
use platform::search::Depth;
use rules::{
    intake::RequestKind,
    order::{Coverage, Order, Status},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Filter, Page, Sort};
use crate::{
    Cx,
    edge::{self, asked},
};

/// What stands behind the question mark.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Asked {
    pub status: Vec<String>,
    pub kind: Vec<String>,
    pub outlet: Vec<String>,
    pub technician: Vec<String>,
    pub level: Vec<String>,
    pub coverage: Vec<String>,
    pub owner: Option<String>,
    pub customer: Option<String>,
    pub device: Option<String>,
    pub overdue: Option<String>,
    pub pool: Option<String>,
    /// A day on which somebody comes, or `today`.
    pub visit: Option<String>,
    pub opened_from: Option<String>,
    pub opened_to: Option<String>,
    pub q: Option<String>,
    pub sort: Option<String>,
    pub limit: Option<String>,
    pub cursor: Option<String>,
}

impl Asked {
    /// In the terms of the store; `me` is whoever asks.
    pub fn read(&self, cx: &Cx) -> Result<(Filter, Page)> {
        let mut wrongs = Wrongs::default();
        let filter = self.filter(cx, &mut wrongs);
        let (sort, limit) = (self.sort.as_deref(), self.limit.as_deref());
        let page = Page::read(sort, limit, self.cursor.as_deref(), &mut wrongs);
        wrongs.done()?;
        Ok((filter, page))
    }

    fn filter(&self, cx: &Cx, wrongs: &mut Wrongs) -> Filter {
        let zone = &cx.company.zone;
        let me = cx.person().unwrap_or_default();
        let own = |it: String| if it == "me" { me.clone() } else { it };
        let said = |it: &Option<String>| it.clone().filter(|it| !it.trim().is_empty());
        let codes = |all: Vec<&'static str>| all.into_iter().map(str::to_owned).collect();
        let kind = asked::codes("kind", &self.kind, RequestKind::parse, wrongs);
        let coverage = asked::codes("coverage", &self.coverage, Coverage::parse, wrongs);
        let level = |it: &str| it.parse().ok().filter(|it| (1..=4).contains(it));
        let from = edge::Time::read("opened_from", self.opened_from.as_deref(), zone);
        let visit = wrongs.take(visit_day(cx, self.visit.as_deref())).flatten();
        Filter {
            id: None,
            status: asked::codes("status", &self.status, Status::parse, wrongs),
            kind: codes(kind.iter().map(|it| it.code()).collect()),
            outlet: asked::many(&self.outlet),
            technician: asked::many(&self.technician).into_iter().map(own).collect(),
            owner: said(&self.owner).map(own),
            coverage: codes(coverage.iter().map(|it| it.code()).collect()),
            level: asked::codes("level", &self.level, level, wrongs),
            customer: said(&self.customer),
            device: said(&self.device),
            overdue: yes("overdue", self.overdue.as_deref(), wrongs),
            pool: yes("pool", self.pool.as_deref(), wrongs),
            due_before: None,
            opened_from: wrongs.take(from).flatten(),
            opened_to: wrongs.take(until("opened_to", self.opened_to.as_deref(), cx)).flatten(),
            window_from: visit.map(|it| it.start(zone)),
            window_to: visit.map(|it| it.plus(1).start(zone)),
            q: said(&self.q),
            depth: Depth::All,
        }
    }

    /// The query again, each filter once.
    pub fn query(&self) -> String {
        let many = [
            ("status", &self.status),
            ("kind", &self.kind),
            ("outlet", &self.outlet),
            ("technician", &self.technician),
            ("level", &self.level),
            ("coverage", &self.coverage),
        ];
        let one = [
            ("owner", &self.owner),
            ("customer", &self.customer),
            ("device", &self.device),
            ("overdue", &self.overdue),
            ("pool", &self.pool),
            ("visit", &self.visit),
            ("opened_from", &self.opened_from),
            ("opened_to", &self.opened_to),
            ("q", &self.q),
            ("sort", &self.sort),
            ("limit", &self.limit),
            ("cursor", &self.cursor),
        ];
        let many = many.into_iter().map(|(name, all)| (name, asked::many(all).join(",")));
        let one = one.into_iter().map(|(name, it)| (name, it.clone().unwrap_or_default()));
        let said: Vec<_> = many.chain(one).filter(|(_, it)| !it.is_empty()).collect();
        // Commas may stand in a query as they are, and are easier to read.
        serde_html_form::to_string(said).unwrap_or_default().replace("%2C", ",")
    }
}

fn yes(field: &str, text: Option<&str>, wrongs: &mut Wrongs) -> bool {
    match text {
        None | Some("" | "false" | "0") => false,
        Some("true" | "1" | "on") => true,
        Some(_) => {
            wrongs.say(field, "yes_or_no");
            false
        }
    }
}

fn visit_day(cx: &Cx, text: Option<&str>) -> Result<Option<kernel::Day>, Field> {
    match text.map(str::trim).filter(|it| !it.is_empty()) {
        None => Ok(None),
        Some("today") => Ok(Some(cx.today())),
        Some(day) => kernel::Day::parse(day).map(Some).ok_or_else(|| Field::new("visit", "day")),
    }
}

/// A day without a time belongs to it to its end.
fn until(field: &str, text: Option<&str>, cx: &Cx) -> Result<Option<Time>, Field> {
    let zone = &cx.company.zone;
    let day = text.filter(|it| it.trim().len() == 10).and_then(kernel::Day::parse);
    match day {
        Some(day) => Ok(Some(day.plus(1).start(zone))),
        None => edge::Time::read(field, text, zone),
    }
}

/// Where the page after this order begins.
pub fn cursor(page: &Page, it: &Order) -> String {
    match page.sort {
        Sort::Opened => asked::cursor(it.opened_at.millis(), &it.id),
        Sort::Number => asked::cursor(&it.number, &it.id),
        Sort::Due => {
            let none = if page.descending { 0 } else { i64::MAX };
            asked::cursor(it.due.map_or(none, Time::millis), &it.id)
        }
    }
}
