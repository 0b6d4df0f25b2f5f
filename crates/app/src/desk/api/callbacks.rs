//! Callbacks over HTTP: lists, one, and what was answered.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kernel::{Result, Wrongs};
use rules::callback::{CallbackId, Said};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Items, Problems, asked, cut};
use crate::{
    App, Cx, callback,
    desk::show::{CallbackView, Show},
    edge::{Body, Fail, Key, Query, Who, listed, once, shown},
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(callbacks))
        .routes(routes!(one_callback))
        .routes(routes!(answer))
}

/// Callbacks within reach.
#[utoipa::path(
    get,
    path = "/callbacks",
    params(callback::Asked),
    responses((status = 200, description = "A page of callbacks", body = Items<CallbackView>), Problems),
    tag = "callbacks",
    operation_id = "objects_callbacks",
)]
async fn callbacks(
    State(app): State<App>,
    who: Who,
    Query(query): Query<callback::Asked>,
) -> Result<Response, Fail> {
    let say = who.say;
    let items = app.look(&who.actor, async move |cx| {
        let filter = query.read(cx)?;
        let (rows, more) = cut(callback::ops::list(cx, &filter).await?, filter.limit);
        let last = rows.last().filter(|_| more);
        let next_cursor = last.map(|it| asked::cursor(it.due.millis(), &it.id));
        let show = Show::new(cx, say);
        let items: Vec<_> = rows.into_iter().map(|it| show.callback(it)).collect();
        Ok(Items { items, next_cursor })
    });
    listed(items.await?)
}

/// One callback.
#[utoipa::path(
    get,
    path = "/callbacks/{id}",
    params(("id" = String, Path, description = "The id")),
    responses((status = 200, description = "The callback", body = CallbackView), Problems),
    tag = "callbacks",
    operation_id = "objects_one_callback",
)]
async fn one_callback(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Fail> {
    let id = CallbackId::parse(&id)?;
    let say = who.say;
    let it = app.look(&who.actor, async move |cx| {
        let it = callback::ops::get(cx, &id).await?;
        Ok(Show::new(cx, say).callback(it))
    });
    shown(it.await?)
}

#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
pub struct AnswersBody {
    reached: Option<bool>,
    attitude: Option<i64>,
    quality: Option<i64>,
    solved: Option<bool>,
    nps: Option<i64>,
    text: Option<String>,
}

impl AnswersBody {
    pub fn said(&self) -> Result<Said> {
        let mut wrongs = Wrongs::default();
        if self.reached.is_none() {
            wrongs.say("reached", "missing");
        }
        wrongs.done()?;
        Ok(Said {
            reached: self.reached == Some(true),
            attitude: self.attitude,
            quality: self.quality,
            solved: self.solved,
            nps: self.nps,
            text: self.text.clone().filter(|it| !it.trim().is_empty()),
        })
    }
}

/// 回访结果: content closes the order, not content reopens it.
#[utoipa::path(
    post,
    path = "/callbacks/{id}/answers",
    params(("id" = String, Path, description = "The id")),
    request_body = AnswersBody,
    responses((status = 200, description = "Noted", body = CallbackView), Problems),
    tag = "callbacks",
    operation_id = "objects_answer",
)]
async fn answer(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: Key,
    body: Body<AnswersBody>,
) -> Result<Response, Fail> {
    let id = CallbackId::parse(&id)?;
    let (say, it) = (who.say, body.it);
    let work = async move |cx: &mut Cx| {
        callback::ops::to_answer(cx, &id).await?;
        let said = it.said()?;
        let callback = callback::ops::answer(cx, &id, &said).await?;
        cx.settle().await?;
        Ok(Show::new(cx, say).callback(callback))
    };
    once(&app, &who, key, &body.raw, StatusCode::OK, work).await
}
