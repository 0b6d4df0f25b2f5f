//! Telling people: each notice is a row in the transaction of what it tells.

use kernel::{Refusal, Result};
use rules::{
    notice::{self, By, NoticeId, NoticeKind, NoticeState, NoticeStep},
    policy::{Act, PersonId},
};
use serde_json::json;

use super::store::{self, Notice};
use crate::Cx;

/// To somebody who works here.
pub async fn tell(
    cx: &mut Cx,
    person: &PersonId,
    kind: NoticeKind,
    subject: &str,
    body: String,
) -> Result<()> {
    let now = cx.now();
    let it = Notice {
        id: NoticeId::born(now, cx.dice()),
        subject: subject.to_owned(),
        kind,
        person: Some(person.clone()),
        customer: None,
        phone: None,
        means: By::InApp,
        body,
        secret: false,
        state: NoticeState::Sent,
        created_at: now,
        ended_at: Some(now),
        read_at: None,
        error: None,
    };
    store::insert(cx, &it).await
}

/// What the customer shall hear.
#[derive(Debug, Clone)]
pub struct ToCustomer {
    pub kind: NoticeKind,
    pub subject: String,
    pub customer: Option<String>,
    pub phone: Option<String>,
    pub body: String,
    pub secret: bool,
}

/// To the customer: a message where messages can be sent, else a text that is read aloud.
pub async fn tell_customer(cx: &mut Cx, to: ToCustomer) -> Result<Notice> {
    let now = cx.now();
    let mobile = to.phone.as_deref().is_some_and(|it| it.starts_with('1') && it.len() == 11);
    let means = if cx.company.sends_messages && mobile { By::Sms } else { By::Aloud };
    let it = Notice {
        id: NoticeId::born(now, cx.dice()),
        subject: to.subject,
        kind: to.kind,
        person: None,
        customer: to.customer,
        phone: to.phone,
        means,
        body: to.body,
        secret: to.secret,
        state: NoticeState::Queued,
        created_at: now,
        ended_at: None,
        read_at: None,
        error: None,
    };
    store::insert(cx, &it).await?;
    if means == By::Sms {
        let key = format!("sms:{}", it.id);
        cx.later("sms", &key, now, &json!({"notice": it.id})).await?;
    }
    Ok(it)
}

/// 已告知: somebody read it aloud, and the customer heard it.
pub async fn spoken(cx: &mut Cx, id: &NoticeId) -> Result<Notice> {
    cx.may(Act::OrderContact)?;
    let mut it = store::get(cx, id).await?;
    if it.person.is_some() || (it.secret && cx.may(Act::CodeRead).is_err()) {
        return Err(Refusal::NOT_FOUND.into());
    }
    it.state = it.state.after(NoticeStep::Speak).ok_or(notice::NOT_SPOKEN)?;
    it.ended_at = Some(cx.now());
    store::end(cx, &it).await?;
    cx.record("notice.spoken", &it.subject, json!({"kind": it.kind})).await?;
    Ok(it)
}

/// The message left the house.
pub async fn sent(cx: &mut Cx, id: &NoticeId) -> Result<Notice> {
    let mut it = store::get(cx, id).await?;
    if let Some(state) = it.state.after(NoticeStep::Send) {
        it.state = state;
        it.ended_at = Some(cx.now());
        it.error = None;
        store::end(cx, &it).await?;
        cx.record("notice.sent", &it.subject, json!({"kind": it.kind})).await?;
    }
    Ok(it)
}

/// It could not be sent: somebody has to call.
pub async fn failed(cx: &mut Cx, id: &NoticeId, error: &str) -> Result<Notice> {
    let mut it = store::get(cx, id).await?;
    if let Some(state) = it.state.after(NoticeStep::Fail) {
        it.state = state;
        it.error = Some(error.chars().take(300).collect());
        store::end(cx, &it).await?;
        cx.record("notice.failed", &it.subject, json!({"kind": it.kind})).await?;
    }
    Ok(it)
}

pub async fn get(cx: &mut Cx, id: &NoticeId) -> Result<Notice> {
    store::get(cx, id).await
}

/// One's own, newest first.
pub async fn mine(cx: &mut Cx, limit: i64) -> Result<Vec<Notice>> {
    let Some(person) = cx.actor.person.clone() else { return Ok(Vec::new()) };
    store::of_person(cx, &person, limit).await
}

pub async fn unread(cx: &mut Cx) -> Result<i64> {
    let Some(person) = cx.actor.person.clone() else { return Ok(0) };
    store::unread(cx, &person).await
}

pub async fn mark_read(cx: &mut Cx) -> Result<()> {
    let Some(person) = cx.actor.person.clone() else { return Ok(()) };
    let now = cx.now();
    store::mark_read(cx, &person, now).await
}

/// What the customer was told or is to be told; codes only for those who may read them out.
pub async fn to_customer(cx: &mut Cx, subject: &str) -> Result<Vec<Notice>> {
    let all = store::to_customer(cx, subject).await?;
    let codes = cx.may(Act::CodeRead).is_ok();
    Ok(all.into_iter().filter(|it| codes || !it.secret).collect())
}
