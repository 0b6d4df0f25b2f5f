//! Which callbacks a list asks for, as the address line says it: the same words in the API and
//! on the page.

use kernel::{Day, Field, Result, Wrongs};
use rules::callback::CallbackStatus;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::Filter;
use crate::{Cx, edge::asked, paging::unsorted};

#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Asked {
    pub status: Vec<String>,
    pub order: Option<String>,
    pub late: Option<String>,
    pub due_before: Option<String>,
    pub q: Option<String>,
    pub sort: Option<String>,
    pub limit: Option<String>,
    pub cursor: Option<String>,
}

impl Asked {
    pub fn read(&self, cx: &Cx) -> Result<Filter> {
        let mut wrongs = Wrongs::default();
        let limit = wrongs.take(asked::limit(self.limit.as_deref()));
        let before = wrongs.take(day("due_before", self.due_before.as_deref())).flatten();
        let late = self.late.as_deref() == Some("true");
        let due_first = match self.sort.as_deref().filter(|it| !it.is_empty()) {
            None | Some("-due") => false,
            Some("due") => true,
            Some(_) => {
                wrongs.add(unsorted(["due"].into_iter()));
                false
            }
        };
        let filter = Filter {
            status: asked::codes("status", &self.status, CallbackStatus::parse, &mut wrongs),
            order: self.order.clone().filter(|it| !it.is_empty()),
            customer: None,
            q: self.q.clone(),
            due_before: match late {
                true => Some(cx.now()),
                false => before.map(|it| it.start(&cx.company.zone)),
            },
            answered_from: None,
            after: asked::after_int(self.cursor.as_deref())?,
            due_first,
            limit: limit.unwrap_or(0),
        };
        wrongs.done()?;
        Ok(filter)
    }
}

fn day(field: &str, text: Option<&str>) -> Result<Option<Day>, Field> {
    let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok(None) };
    Day::parse(text).map(Some).ok_or_else(|| Field::new(field, "day"))
}
