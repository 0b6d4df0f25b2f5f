//! Devices with what their warranty says today: decided for each of them, with what was repaired on
//! it before and how far it has run.

use std::collections::BTreeMap;

use kernel::{Column as _, Result, Value};
use rules::{
    customer::CustomerKind,
    order::Coverage,
    warranty::{self, Entitlement, Usage},
};

use crate::{
    Cx,
    device::{
        self, Asked, Device,
        ops::{Owned, Which, cursor, key},
    },
    order::{self, ops::Past},
    warranty::ops::{self, decide},
};

/// So many rows are read at once where a list is narrowed by what no column says,
const CHUNK: i64 = 500;
/// and so many looked at for each row of a page.
const LOOKED: usize = 100;
/// Rights that end within so many days are told of.
pub const SOON: i64 = 30;

/// A device in a list: whose it is, and what its warranty says today.
#[derive(Debug, Clone)]
pub struct Listed {
    pub device: Device,
    pub user: Option<(String, CustomerKind)>,
    pub coverage: Coverage,
    pub usage: Usage,
}

/// One screenful, and where the next begins.
pub struct Screen {
    pub rows: Vec<Listed>,
    pub next: Option<String>,
}

/// What a list is narrowed by that no column says.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    pub coverage: Vec<Coverage>,
    /// Some right of the customer ends soon.
    pub ending: bool,
}

impl Narrowed {
    pub fn read(asked: &Asked) -> Result<(Which, Narrowed)> {
        let (which, coverage, ending) = asked.read()?;
        Ok((which, Narrowed { coverage, ending }))
    }

    fn is_wide(&self) -> bool {
        self.coverage.is_empty() && !self.ending
    }
}

/// What units have behind them.
#[derive(Default)]
struct Lives {
    past: BTreeMap<String, Vec<Past>>,
    usage: BTreeMap<String, Usage>,
}

impl Lives {
    async fn of(cx: &mut Cx, ids: &[Value]) -> Result<Lives> {
        if ids.is_empty() {
            return Ok(Lives::default());
        }
        let past = order::ops::pasts(cx, ids).await?;
        Ok(Lives { past, usage: device::ops::last_usages(cx, ids).await? })
    }

    fn decide(&self, cx: &Cx, it: &Device) -> Entitlement {
        let past = self.past.get(it.id.as_str()).map(Vec::as_slice).unwrap_or_default();
        let asked = ops::Asked {
            device: Some(it),
            repairs: past.iter().map(|it| it.repair.clone()).collect(),
            usage: self.usage.get(it.id.as_str()).copied().unwrap_or_default(),
            ..ops::Asked::default()
        };
        decide(cx, &asked)
    }
}

/// The warranty is no column: it is decided anew for every device and day. Where a list is
/// narrowed by it, as many rows are looked at as it takes, but not without end; what was not
/// looked at is the next page.
pub async fn listed(cx: &mut Cx, which: &Which, narrowed: &Narrowed) -> Result<Screen> {
    let limit = which.page.limit;
    let most = usize::try_from(limit).unwrap_or_default();
    let mut which = which.clone();
    which.page.limit = if narrowed.is_wide() { limit } else { CHUNK };
    let mut screen = Screen { rows: Vec::new(), next: None };
    let mut looked = 0;
    loop {
        let (chunk, more) = device::ops::owned(cx, &which).await?;
        let Some(last) = chunk.last().map(|it| it.device.clone()) else { break };
        looked += chunk.len();
        let ids: Vec<Value> = chunk.iter().map(|it| it.device.id.write()).collect();
        let lives = Lives::of(cx, &ids).await?;
        for it in chunk {
            let Owned { device, user } = it;
            let decided = lives.decide(cx, &device);
            if !fits(cx, &decided, narrowed) {
                continue;
            }
            if screen.rows.len() == most {
                screen.next = screen.rows.last().map(|it| cursor(&which, &it.device));
                return Ok(screen);
            }
            let usage = lives.usage.get(device.id.as_str()).copied().unwrap_or_default();
            screen.rows.push(Listed { device, user, coverage: decided.coverage, usage });
        }
        if !more {
            break;
        }
        if narrowed.is_wide() || looked >= most.saturating_mul(LOOKED) {
            screen.next = Some(cursor(&which, &last));
            break;
        }
        which.page.after = Some(key(&which, &last));
    }
    Ok(screen)
}

fn fits(cx: &Cx, decided: &Entitlement, narrowed: &Narrowed) -> bool {
    let covered = narrowed.coverage.is_empty() || narrowed.coverage.contains(&decided.coverage);
    covered && (!narrowed.ending || is_ending(cx, decided))
}

/// A term or a right ends within the month.
fn is_ending(cx: &Cx, decided: &Entitlement) -> bool {
    let today = cx.today().0;
    let last = cx.today().plus(SOON).0;
    let ends = decided.until.iter().any(|it| (today..=last).contains(&it.until));
    ends || !warranty::endings(&cx.company.book, decided, SOON).is_empty()
}

/// The same of one device, with what was done on it.
pub async fn one(cx: &mut Cx, it: &Device) -> Result<(Entitlement, Vec<Past>, Usage)> {
    let mut lives = Lives::of(cx, &[it.id.write()]).await?;
    let decided = lives.decide(cx, it);
    let past = lives.past.remove(it.id.as_str()).unwrap_or_default();
    let usage = lives.usage.remove(it.id.as_str()).unwrap_or_default();
    Ok((decided, past, usage))
}

/// What several of them say, by their ids.
pub async fn several(cx: &mut Cx, all: &[Device]) -> Result<BTreeMap<String, Entitlement>> {
    let ids: Vec<Value> = all.iter().map(|it| it.id.write()).collect();
    let lives = Lives::of(cx, &ids).await?;
    Ok(all.iter().map(|it| (it.id.to_string(), lives.decide(cx, it))).collect())
}
