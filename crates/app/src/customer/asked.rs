//! A list of customers as the address line asks for it: the same words for the page, its export
//! and the JSON.

use kernel::{Field, Result, Wrongs};
use platform::search::Depth;
use rules::customer::CustomerKind;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Customer,
    store::{Sort, Which},
};
use crate::{
    edge::asked::{self, many},
    paging::Paged,
};

/// What stands behind the question mark.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Asked {
    pub q: Option<String>,
    pub kind: Vec<String>,
    /// GB codes; of a city or a province with all of its districts.
    pub district: Vec<String>,
    pub class: Vec<String>,
    pub sort: Option<String>,
    pub limit: Option<String>,
    pub cursor: Option<String>,
}

impl Asked {
    pub fn read(&self) -> Result<Which> {
        let mut wrongs = Wrongs::default();
        let (sort, limit) = (self.sort.as_deref(), self.limit.as_deref());
        let which = Which {
            id: None,
            q: self.q.clone().filter(|it| !it.trim().is_empty()),
            depth: Depth::All,
            phone: None,
            kind: asked::codes("kind", &self.kind, CustomerKind::parse, &mut wrongs),
            district: areas(&self.district, &mut wrongs),
            class: many(&self.class),
            page: Paged::read(sort, limit, self.cursor.as_deref(), &mut wrongs),
        };
        wrongs.done()?;
        Ok(which)
    }
}

fn areas(codes: &[String], wrongs: &mut Wrongs) -> Vec<String> {
    let codes = many(codes);
    for code in codes.iter().filter(|it| locality::division(it).is_none()) {
        let field = Field::new("district", "unknown_code");
        wrongs.add(field.with("value", code.clone()));
    }
    codes
}

/// Where the page after this customer begins.
pub fn cursor(which: &Which, it: &Customer) -> String {
    match which.page.sort {
        Sort::Filed => asked::cursor("", &it.id),
        Sort::Name => asked::cursor(&it.name, &it.id),
    }
}
