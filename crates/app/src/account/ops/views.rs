//! 视图: everybody keeps lists as they want to see them again, for themselves alone.

use kernel::{Refusal, Result, Wrongs};
use rules::account::{VIEW_QUERY, VIEWS, ViewId, view_name};
use serde_json::json;

use super::super::store::{self, View};
use crate::Cx;

/// One's own of a list, or of all lists.
pub async fn views(cx: &mut Cx, path: Option<&str>) -> Result<Vec<View>> {
    match cx.actor.person.clone() {
        Some(me) => store::views(cx, &me, path).await,
        None => Ok(Vec::new()),
    }
}

/// Keeps a list under a name; the same name again says something else from now on.
pub async fn save_view(
    cx: &mut Cx,
    path: &str,
    name: &str,
    query: &str,
    usual: bool,
) -> Result<View> {
    let me = cx.actor.person.clone().ok_or(Refusal::NOT_ALLOWED)?;
    let mut wrongs = Wrongs::default();
    let name = wrongs.take(view_name(name)).unwrap_or_default();
    if query.len() > VIEW_QUERY {
        wrongs.say("name", "view.too_much");
    }
    let kept = store::views(cx, &me, Some(path)).await?;
    if kept.len() >= VIEWS && kept.iter().all(|it| it.name != name) {
        wrongs.say("name", "view.too_many");
    }
    wrongs.done()?;
    let (path, query) = (path.to_owned(), query.to_owned());
    let (id, created_at) = (ViewId::born(cx.now(), cx.dice()), cx.now());
    let view = View { id, person: me, path, name, query, usual, created_at };
    if usual {
        store::none_is_usual(cx, &view.person, &view.path).await?;
    }
    store::put_view(cx, &view).await?;
    told(cx, "account.view_saved", &view).await?;
    Ok(view)
}

/// Another name; or what its list begins with, or no longer.
pub async fn change_view(cx: &mut Cx, id: &ViewId, name: &str, usual: bool) -> Result<()> {
    let mut view = mine(cx, id).await?;
    let name = view_name(name)?;
    let others = store::views(cx, &view.person, Some(&view.path)).await?;
    if others.iter().any(|it| it.id != *id && it.name == name) {
        return Err(Refusal::field("name", "view.same_name").into());
    }
    (view.name, view.usual) = (name, usual);
    if usual {
        store::none_is_usual(cx, &view.person, &view.path).await?;
    }
    store::rename_view(cx, &view).await?;
    told(cx, "account.view_saved", &view).await
}

pub async fn drop_view(cx: &mut Cx, id: &ViewId) -> Result<()> {
    let view = mine(cx, id).await?;
    store::drop_view(cx, &view.person, id).await?;
    told(cx, "account.view_dropped", &view).await
}

/// Somebody else's is not there.
async fn mine(cx: &mut Cx, id: &ViewId) -> Result<View> {
    let all = views(cx, None).await?;
    Ok(all.into_iter().find(|it| it.id == *id).ok_or(Refusal::NOT_FOUND)?)
}

async fn told(cx: &mut Cx, kind: &'static str, view: &View) -> Result<()> {
    cx.record(kind, &view.person, json!({"name": view.name, "path": view.path})).await
}
