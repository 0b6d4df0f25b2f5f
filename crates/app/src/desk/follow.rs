//! What follows from an event where several capabilities meet.

use kernel::{Result, Time};
use rules::{
    customer::{CustomerId, DeviceId},
    intake::RequestKind,
    notice::{NoticeKind, NoticeState},
    order::{Order, OrderId, Status},
    policy::{Grant, PersonId, Role},
    promise::PromiseKind,
};

use crate::{
    Cx, account, args, callback, customer, device, dispatch, notice, order, promise, say::Say,
};

/// A signed installation sets the day from which the terms run.
pub async fn installed(cx: &mut Cx, id: &OrderId) -> Result<()> {
    let order = order::ops::known(cx, id).await?;
    let (RequestKind::Install, Some(device)) = (order.kind, &order.device) else { return Ok(()) };
    let installer = match &order.technician {
        Some(id) => account::ops::person(cx, id).await?.map(|it| it.name),
        None => None,
    };
    let readings = readings(cx, id).await?;
    let (device, today) = (DeviceId::parse(device)?, cx.today());
    device::ops::installed(cx, &device, today, installer.as_deref(), readings.as_deref()).await
}

/// What the installer measured stands in the event of the finished work.
async fn readings(cx: &mut Cx, id: &OrderId) -> Result<Option<String>> {
    let all = platform::events::of(&mut cx.tx, id.as_str()).await?;
    let finished = all.iter().rev().find(|it| it.kind == "order.finished");
    Ok(finished.and_then(|it| it.data["readings"].as_str().map(str::to_owned)))
}

/// The order has no technician any more, or waits: the time is free again.
pub async fn freed(cx: &mut Cx, id: &OrderId) -> Result<()> {
    let order = order::ops::known(cx, id).await?;
    dispatch::ops::drop_visit(cx, &order).await
}

/// Back where it was: whoever had it still goes, and their time is taken again.
pub async fn resumed(cx: &mut Cx, id: &OrderId) -> Result<()> {
    let order = order::ops::known(cx, id).await?;
    dispatch::ops::take_up(cx, &order).await
}

/// Closed without a signature: the visit is over all the same.
pub async fn over(cx: &mut Cx, id: &OrderId) -> Result<()> {
    dispatch::ops::end_visit(cx, id, dispatch::ops::VisitState::Done).await
}

/// Somebody owns what came back, and is told.
pub async fn reopened(cx: &mut Cx, id: &OrderId) -> Result<()> {
    let order = order::ops::known(cx, id).await?;
    let (Status::Accepted, Some(owner)) = (order.status, order.owner.clone()) else {
        return Ok(());
    };
    tell(cx, &owner, NoticeKind::Reopened, (&order, None), "notice-reopened").await
}

async fn tell(
    cx: &mut Cx,
    person: &PersonId,
    kind: NoticeKind,
    (order, promise): (&Order, Option<&str>),
    text: &str,
) -> Result<()> {
    let say = Say(account::ops::person(cx, person).await?.map_or(cx.company.lang, |it| it.lang));
    let promise = promise.map(|it| say.code("promise", it)).unwrap_or_default();
    let body = say.with(text, &args! { "number" => order.number.clone(), "promise" => promise });
    notice::ops::tell(cx, person, kind, order.id.as_str(), body).await
}

/// What the customer was told of a visit is a contact; other news is none.
pub async fn told(cx: &mut Cx, subject: &str) -> Result<()> {
    let Ok(id) = OrderId::parse(subject) else { return Ok(()) };
    let heard = |it: &notice::Notice| {
        it.kind == NoticeKind::Visit && matches!(it.state, NoticeState::Sent | NoticeState::Spoken)
    };
    if !notice::ops::to_customer(cx, subject).await?.iter().any(heard) {
        return Ok(());
    }
    let mut order = order::ops::known(cx, &id).await?;
    let request = order.request.to_string();
    if promise::ops::meet(cx, &request, PromiseKind::FirstContact).await? {
        order.due = promise::ops::next_due(cx, &request).await?;
        order::ops::save(cx, &mut order).await?;
    }
    Ok(())
}

/// What was promised is counted anew: the order falls due at another time, its callback too, and
/// the customer hears of it.
pub async fn moved(cx: &mut Cx, subject: &str) -> Result<()> {
    let Ok(id) = OrderId::parse(subject) else { return Ok(()) };
    let all = platform::events::of(&mut cx.tx, subject).await?;
    let Some(last) = all.iter().rev().find(|it| it.kind == "promise.moved") else { return Ok(()) };
    let moved: Vec<promise::ops::Moved> =
        serde_json::from_value(last.data["moved"].clone()).map_err(anyhow::Error::from)?;
    let mut order = order::ops::known(cx, &id).await?;
    if order.status.is_open() {
        order.due = promise::ops::next_due(cx, order.request.as_str()).await?;
        order::ops::save(cx, &mut order).await?;
    }
    for it in moved.iter().filter(|it| it.promise == PromiseKind::Callback) {
        callback::ops::moved(cx, &id, Time::from_millis(it.due)).await?;
    }
    tell_of_move(cx, &order, &moved).await
}

/// When we call back is our own affair; when somebody comes is the customer's.
async fn tell_of_move(cx: &mut Cx, order: &Order, moved: &[promise::ops::Moved]) -> Result<()> {
    let say = Say(cx.company.lang);
    let line = |it: &promise::ops::Moved| {
        // Whoever reads it tomorrow must not read "tomorrow".
        let time = crate::ui::time::here(cx, say).exact(Time::from_millis(it.due));
        let promise = say.code("promise", it.promise.code());
        say.with("notice-moved-one", &args! { "promise" => promise, "time" => time })
    };
    let told = moved.iter().filter(|it| it.promise != PromiseKind::Callback);
    let lines: Vec<String> = told.map(line).collect();
    if lines.is_empty() {
        return Ok(());
    }
    let text = args! { "number" => order.number.clone(), "lines" => say.list(lines) };
    let body = say.with("notice-moved", &text);
    let customer = order.customer.as_deref().map(CustomerId::parse).transpose()?;
    let phone = match &customer {
        Some(id) => customer::ops::get(cx, &Grant::house(), id).await?.phone,
        None => None,
    };
    let to = notice::ops::ToCustomer {
        kind: NoticeKind::Moved,
        subject: order.id.to_string(),
        customer: order.customer.clone(),
        phone,
        body,
        secret: false,
    };
    notice::ops::tell_customer(cx, to).await.map(|_| ())
}

/// A miss is told to whoever answers for the outlet and to the region above it.
pub async fn missed(cx: &mut Cx, subject: &str) -> Result<()> {
    let Ok(id) = OrderId::parse(subject) else { return Ok(()) };
    let order = order::ops::known(cx, &id).await?;
    let all = platform::events::of(&mut cx.tx, subject).await?;
    let last = all.iter().rev().find(|it| it.kind == "promise.missed");
    let promise = last.and_then(|it| it.data["promise"].as_str()).unwrap_or_default();
    for role in [Role::OutletManager, Role::RegionManager] {
        let which = account::ops::WhichPeople { role: Some(role), ..Default::default() };
        let people = account::ops::list(cx, &Grant::house(), &which).await?;
        // Whoever stands above the order's place in the tree.
        let above = people.into_iter().filter(|it| order.path.starts_with(&it.path));
        for person in above.take(3) {
            let about = (&order, Some(promise));
            tell(cx, &person.id, NoticeKind::Missed, about, "notice-missed").await?;
        }
    }
    Ok(())
}

/// What a merged file became part of.
pub async fn merged_into(cx: &mut Cx, gone: &str) -> Result<Option<String>> {
    let kept = customer::ops::get(cx, &Grant::house(), &CustomerId::parse(gone)?).await?;
    Ok(Some(kept.id.to_string()))
}
