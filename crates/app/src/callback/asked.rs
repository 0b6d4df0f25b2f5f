//! Which callbacks a list asks for, as the address line says it: the same words in the API and
//! on the page.

use kernel::{Day, Result, Wrongs};
use rules::callback::CallbackStatus;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::Filter;
use crate::{Cx, edge::asked};

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
        let before = self.due_before.as_deref().and_then(Day::parse);
        let late = self.late.as_deref() == Some("true");
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
            due_first: self.sort.as_deref() == Some("due"),
            limit: limit.unwrap_or(0),
        };
        wrongs.done()?;
        Ok(filter)
    }
}
