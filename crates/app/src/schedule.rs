//! What runs at which interval, and what jobs there are: one table each. Several processes share
//! the work; a row in the database says when it was last done, so nothing is done twice.

use std::{sync::Arc, time::Duration};

use kernel::{Column as _, Result, Span, Value};
use platform::{
    events,
    jobs::{self, Job},
};
use rules::{
    notice::NoticeKind,
    policy::{Actor, Grant, Role},
};

use crate::{App, Cx, account, args, company, desk, edge, intake, notice, promise, say::Say};

/// How often somebody looks whether there is something to do.
const BEAT: Duration = Duration::from_millis(400);
/// So many jobs are taken at once.
const HANDFUL: usize = 20;

/// Name and interval. What each does stands in `run`.
const SCHEDULE: &[(&str, Span)] = &[
    ("promises", Span::seconds(30)),
    ("replies", Span::hours(1)),
    ("keys", Span::hours(1)),
    ("limits", Span::minutes(10)),
    ("audit", Span::minutes(5)),
];

async fn run(app: &App, name: &str) -> Result<()> {
    let house = Arc::new(Actor::house());
    match name {
        "promises" => {
            while app.act(&house, async |cx| promise::ops::sweep(cx, 100).await).await? == 100 {}
            Ok(())
        }
        "replies" => {
            let before = app.now().before(edge::KEPT);
            let sql = "delete from replies where at < $1";
            forget(app, sql, before.write()).await
        }
        "keys" => {
            let now = app.now();
            forget(app, "delete from keys where expires_at < $1", now.write()).await?;
            let before = now.before(Span::days(1));
            forget(app, "delete from strangers where at < $1", before.write()).await?;
            let before = now.before(intake::ops::draft::KEPT);
            forget(app, "delete from drafts where at < $1", before.write()).await
        }
        "audit" => desk::admin::ops::verify(app, false).await.map(|_| ()),
        "limits" => {
            app.limits.tidy();
            Ok(())
        }
        other => Err(kernel::Error::fault(format!("no schedule {other}"))),
    }
}

async fn forget(app: &App, sql: &'static str, before: Value) -> Result<()> {
    let work = async move |mut tx: platform::db::Tx| {
        tx.run(sql, std::slice::from_ref(&before)).await.map(|_| ())
    };
    app.db.act(work).await
}

async fn work(app: &App, job: &Job) -> Result<()> {
    match job.kind.as_str() {
        "sms" => notice::jobs::send(app, &job.data).await,
        "recount" => promise::jobs::recount(app).await,
        other => Err(kernel::Error::fault(format!("no job {other}"))),
    }
}

async fn give_up(app: &App, job: &Job, error: &str) -> Result<()> {
    match job.kind.as_str() {
        "sms" => notice::jobs::give_up(app, &job.data, error).await,
        _ => tell_admins(app, job, error).await,
    }
}

/// Nobody in particular can do it: whoever keeps the system running is told.
async fn tell_admins(app: &App, job: &Job, error: &str) -> Result<()> {
    let (kind, error, id) = (job.kind.clone(), error.to_owned(), job.id.to_string());
    let work = async move |cx: &mut Cx| {
        let which = account::ops::WhichPeople { role: Some(Role::Admin), ..Default::default() };
        for person in account::ops::list(cx, &Grant::house(), &which).await? {
            let text = args! { "kind" => kind.clone(), "error" => error.clone() };
            let body = Say(person.lang).with("notice-stuck", &text);
            notice::ops::tell(cx, &person.id, NoticeKind::Stuck, &id, body).await?;
        }
        Ok(())
    };
    app.act(&Arc::new(Actor::house()), work).await
}

/// Works until the process ends.
pub async fn keep_going(app: App) {
    loop {
        if let Err(error) = beat(&app).await {
            tracing::error!("the schedule: {error}");
        }
        tokio::time::sleep(BEAT).await;
    }
}

/// One round: seal, learn what changed, what is due by the clock, what waits as a job.
pub async fn beat(app: &App) -> Result<()> {
    events::seal_committed(&app.db).await?;
    let edition = app.db.look(async |mut tx| company::edition(&mut tx).await).await?;
    if edition != app.company().edition {
        app.learn().await?;
    }
    for (name, every) in SCHEDULE {
        if due(app, name, *every).await? {
            run(app, name).await?;
        }
    }
    for job in jobs::claim(&app.db, app.now(), HANDFUL).await? {
        let done = work(app, &job).await;
        settle(app, job, done).await?;
    }
    Ok(())
}

/// Whether this process is the one to do it now.
async fn due(app: &App, name: &'static str, every: Span) -> Result<bool> {
    let now = app.now();
    let last = now.before(every);
    let sql = "select done_at from schedules where name = $1";
    let cells = [Value::Text(name.into())];
    let known = app.db.look(async move |mut tx| tx.row(sql, &cells).await).await?;
    let known: Option<i64> = known.map(|row| row.get(0)).transpose()?;
    if known.is_some_and(|it| it > last.millis()) {
        return Ok(false);
    }
    let claim = async move |mut tx: platform::db::Tx| {
        let sql = "insert into schedules (name, done_at) values ($1, $2)
                   on conflict (name) do update set done_at = excluded.done_at
                   where schedules.done_at <= $3";
        tx.run(sql, &[Value::Text(name.into()), now.write(), last.write()]).await
    };
    Ok(app.db.act(claim).await? == 1)
}

async fn settle(app: &App, job: Job, done: Result<()>) -> Result<()> {
    let now = app.now();
    let (id, kept) = (job.id.clone(), job.clone());
    let Err(error) = done else {
        return app.db.act(async move |mut tx| jobs::done(&mut tx, &id).await).await;
    };
    let text = error.to_string();
    tracing::warn!(job = %job.id, kind = job.kind, tries = job.tries, "a job failed: {text}");
    let said = text.clone();
    let failed = async move |mut tx| jobs::failed(&mut tx, &kept, &said, now).await;
    if app.db.act(failed).await? {
        give_up(app, &job, &text).await?;
    }
    Ok(())
}
