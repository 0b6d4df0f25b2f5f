//! `baoxiu check`: whether configuration, database and, with `--audit`, the chain of events are
//! as they should be. Changes nothing, and works beside a running server.

use std::process::ExitCode;

use clap::Args;
use kernel::Result;
use platform::{
    db::{self, State},
    events::{self, Audit},
};
use serde_json::{Value as Json, json};

use super::{Where, place::Place, print};
use crate::{args, migrations, say::Say};

#[derive(Debug, Args)]
pub struct Wish {
    #[command(flatten)]
    at: Where,
    #[arg(long)]
    audit: bool,
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    good: bool,
    text: String,
    more: Json,
}

pub async fn run(wish: Wish, say: Say) -> Result<ExitCode> {
    let place = Place::find_standing(&wish.at)?;
    let app = place.open_as_it_is().await?;
    let state = db::state(&app.db, migrations::ALL).await?;
    let mut findings = vec![files(&place, say), schema(&state, say)];
    // What a newer or an empty database holds, this program cannot tell.
    if wish.audit && state.applied > 0 && state.newer.is_none() {
        let audit = events::audit(&app.db, app.now()).await?;
        findings.push(chain(&audit, say));
    }
    let good = findings.iter().all(|it| it.good);
    if wish.json {
        let items = findings
            .iter()
            .map(|it| json!({"what": it.what, "good": it.good, "text": it.text, "more": it.more}));
        print(&json!({"good": good, "items": items.collect::<Vec<_>>()}).to_string())?;
    } else {
        for it in &findings {
            let mark = if it.good { say.t("check-good") } else { say.t("check-bad") };
            print(&format!("{mark} {}", it.text))?;
        }
    }
    Ok(ExitCode::from(u8::from(!good)))
}

/// Pictures have to be written somewhere.
fn files(place: &Place, say: Say) -> Finding {
    let folder = place.files.display().to_string();
    let there = place.files.metadata();
    let good = match &there {
        Ok(it) => it.is_dir() && !it.permissions().readonly(),
        // The first picture makes it.
        Err(e) => e.kind() == std::io::ErrorKind::NotFound,
    };
    let key = if good { "check-files" } else { "check-files-bad" };
    let text = say.with(key, &args! { "folder" => folder.clone() });
    Finding { what: "files", good, text, more: json!({"folder": folder}) }
}

fn schema(state: &State, say: Say) -> Finding {
    let key = match () {
        () if state.newer.is_some() => "check-newer",
        () if state.applied == 0 => "check-empty",
        () if !state.missing.is_empty() => "check-older",
        () => "check-schema",
    };
    let said = args! {
        "newer" => state.newer.clone().unwrap_or_default(),
        "missing" => state.missing.join(", "),
        "applied" => state.applied as i64,
    };
    let good = state.newer.is_none() && state.missing.is_empty();
    let more = json!({"applied": state.applied, "missing": state.missing, "newer": state.newer});
    Finding { what: "database", good, text: say.with(key, &said), more }
}

/// Every event follows from those before it; what is not sealed yet is young.
fn chain(audit: &Audit, say: Say) -> Finding {
    let broken = audit.broken.as_ref();
    let said = args! {
        "sealed" => audit.sealed, "unsealed" => audit.unsealed,
        "place" => broken.map_or(0, |it| it.place),
        "id" => broken.map(|it| it.id.clone()).unwrap_or_default(),
        "why" => broken.map(|it| say.code("audit", it.why)).unwrap_or_default(),
    };
    let key = match (broken, audit.late) {
        (Some(_), _) => "check-audit-broken",
        (None, true) => "check-audit-late",
        (None, false) => "check-audit",
    };
    let more = json!({
        "sealed": audit.sealed, "unsealed": audit.unsealed, "late": audit.late,
        "broken": broken.map(|it| json!({"place": it.place, "id": it.id, "why": it.why})),
    });
    let good = broken.is_none() && !audit.late;
    Finding { what: "audit", good, text: say.with(key, &said), more }
}
