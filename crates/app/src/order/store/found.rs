//! Orders by words: by the order's own, by its customer's or by its device's.

use kernel::{Result, Value};
use platform::search::{self, Depth, Sought};

use super::{Filter, Page};
use crate::{Cx, reach::Where};

/// Where so many are found for each row of a page, a walk fills it sooner than sorting them all,
const EACH: i64 = 20;
/// but never below the one, nor above the other.
const FEW: std::ops::RangeInclusive<i64> = 300..=1000;

/// What was typed, and whether there is much of it.
pub async fn sought(cx: &mut Cx, filter: &Filter, page: &Page) -> Result<Option<Sought>> {
    let Some(q) = filter.words() else { return Ok(None) };
    let few = page.limit.saturating_mul(EACH).clamp(*FEW.start(), *FEW.end());
    Sought::ask(&mut cx.tx, q, few).await.map(Some)
}

/// A condition for few: among all that are found.
pub fn among(cx: &Cx, to: &mut Where, words: &str) {
    let subjects = Sought::subjects(&cx.tx, to.slot());
    to.plain(cx.tx.dialect().one_of("id", &by_any(&subjects)));
    to.args.push(Value::Text(words.to_owned()));
}

/// A condition for many: each that one comes by is asked.
pub fn each(cx: &Cx, to: &mut Where, words: String) {
    let columns = ["id", "customer", "device"].map(|it| format!("orders.{it}"));
    to.plain(Sought::is_found(&cx.tx, &columns, to.slot()));
    to.args.push(Value::Text(words));
}

/// The same where nobody asks for a page, and all are counted.
pub fn all(cx: &Cx, to: &mut Where, q: &str) {
    match search::subjects(&cx.tx, q, &Depth::All, to.slot()) {
        Some((subjects, value)) => {
            to.plain(format!("id in ({})", by_any(&subjects)));
            to.args.push(value);
        }
        None => to.plain("1 = 0"),
    }
}

fn by_any(subjects: &str) -> String {
    format!(
        "with found as materialized ({subjects}) select subject from found
         union select id from orders where customer in (select subject from found)
         union select id from orders where device in (select subject from found)"
    )
}
