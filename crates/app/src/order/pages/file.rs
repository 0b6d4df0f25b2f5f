//! The list as a file: exactly the rows and columns that are shown, for people's own spreadsheets.
//! Names stay hidden: a file goes where nobody can be asked why.

use axum::{extract::State, response::Response};
use kernel::Result;

use super::{Asked, Sums, View, columns, filters, ops, sums};
use crate::{
    App,
    edge::{Fail, Query, asked::cut},
    ui::{
        Frame,
        file::{MOST_ROWS, file},
        filed,
    },
};

pub async fn download(
    State(app): State<App>,
    f: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let asked = if f.here.query.is_empty() { filters::open() } else { asked };
    let with_money = columns::with_money(&f);
    let read = app.look(&f.who.actor, async move |cx| {
        let (filter, mut page) = asked.read(cx)?;
        (page.limit, page.after) = (MOST_ROWS, None);
        let rows = cut(ops::listed(cx, &filter, &page).await?, MOST_ROWS).0;
        Ok(View {
            choices: filters::known(cx, &asked).await?,
            money: if with_money { sums(cx, &rows).await? } else { Sums::new() },
            rows,
            ..View::default()
        })
    });
    let view = read.await?;
    let (headings, lines) = filed(&f, columns::all(&f, &view), &view.rows);
    Ok(file(&f, &f.t("orders-file"), headings, lines).await?)
}
