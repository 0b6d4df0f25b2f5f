//! Messages leave the house: appended to a file for gateways that watch a folder, or posted.

use std::{io::Write as _, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use kernel::Result;
use rules::{
    notice::{NoticeId, NoticeStep},
    policy::Actor,
};
use serde_json::{Value as Json, json};

use super::{Notice, ops};
use crate::{App, app::Sms};

const PATIENCE: Duration = Duration::from_secs(10);

/// Sends one message. Done twice, the gateway sees the same id twice.
pub async fn send(app: &App, data: &Json) -> Result<()> {
    let id = NoticeId::parse(data["notice"].as_str().unwrap_or_default())?;
    let house = Arc::new(Actor::house());
    let asked = id.clone();
    let notice = app.look(&house, async move |cx| ops::get(cx, &asked).await).await?;
    // One that was given up is sent after all where somebody lets it be tried again; one that was
    // read aloud meanwhile is not.
    if notice.state.after(NoticeStep::Send).is_none() {
        return Ok(());
    }
    let message = json!({
        "id": notice.id, "to": notice.phone, "text": notice.body, "kind": notice.kind,
    });
    match &app.config.sms {
        Some(Sms::File(file)) => append(file, &message)?,
        Some(Sms::Http { url, token }) => post(url, token.as_deref(), &message).await?,
        None => return Err(anyhow::anyhow!("no way to send messages is configured").into()),
    }
    app.act(&house, async move |cx| sent(cx, &id).await).await
}

async fn sent(cx: &mut crate::Cx, id: &NoticeId) -> Result<()> {
    ops::sent(cx, id).await.map(|_: Notice| ())
}

fn append(file: &Path, message: &Json) -> Result<()> {
    let mut open = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .with_context(|| format!("opening {}", file.display()))?;
    // In one piece: whoever watches the file, or finds it after a fall, sees whole lines only.
    open.write_all(format!("{message}\n").as_bytes()).context("writing a message")?;
    open.sync_data().context("writing a message")?;
    Ok(())
}

async fn post(url: &str, token: Option<&str>, message: &Json) -> Result<()> {
    let client = reqwest::Client::builder().timeout(PATIENCE).build().context("HTTP out")?;
    let mut request = client.post(url).json(message);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.context("sending a message")?;
    answer.error_for_status().context("the gateway said no")?;
    Ok(())
}

/// The last try failed: the notice is to be read aloud after all.
pub async fn give_up(app: &App, data: &Json, error: &str) -> Result<()> {
    let id = NoticeId::parse(data["notice"].as_str().unwrap_or_default())?;
    let house = Arc::new(Actor::house());
    let error = error.to_owned();
    app.act(&house, async move |cx| ops::failed(cx, &id, &error).await.map(|_| ())).await
}
