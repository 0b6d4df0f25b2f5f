//! A list of devices as the address line asks for it: the same words for the page, its export and
//! the JSON.

use kernel::{Field, Result, Wrongs};
use platform::search::Depth;
use rules::order::Coverage;
use serde::Deserialize;
use utoipa::IntoParams;

use super::store::Which;
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
    /// The whole of it.
    pub serial: Option<String>,
    pub category: Vec<String>,
    pub model: Vec<String>,
    /// Of the unit, today.
    pub coverage: Vec<String>,
    /// `soon`: a term or a right of the customer ends within 30 days.
    pub ending: Option<String>,
    /// Its user or buyer.
    pub customer: Option<String>,
    pub sort: Option<String>,
    pub limit: Option<String>,
    pub cursor: Option<String>,
}

impl Asked {
    /// Which, with what today's warranty says, and whether a right has to end soon.
    pub fn read(&self) -> Result<(Which, Vec<Coverage>, bool)> {
        let mut wrongs = Wrongs::default();
        let (sort, limit) = (self.sort.as_deref(), self.limit.as_deref());
        let said = |it: &Option<String>| it.clone().filter(|it| !it.trim().is_empty());
        let which = Which {
            q: said(&self.q),
            depth: Depth::All,
            serial: said(&self.serial).map(|it| it.trim().to_uppercase()),
            category: many(&self.category),
            model: many(&self.model),
            customer: said(&self.customer),
            page: Paged::read(sort, limit, self.cursor.as_deref(), &mut wrongs),
        };
        let coverage = asked::codes("coverage", &self.coverage, Coverage::parse, &mut wrongs);
        let ending = said(&self.ending);
        if let Some(other) = ending.as_deref().filter(|it| *it != "soon") {
            wrongs.add(Field::new("ending", "unknown_code").with("value", other));
        }
        wrongs.done()?;
        Ok((which, coverage, ending.is_some()))
    }
}
