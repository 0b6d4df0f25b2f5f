//! Who pays for an order, and why: what the rules said, as it was kept, and what a person decided
//! instead. The one does not hide the other.

use kernel::{Column as _, Result};
use rules::{
    order::{Coverage, Order},
    warranty::{Occasion, Shares},
};
use serde_json::{Value as Json, json};

use super::{DecisionView, EntitlementView, OverriddenView, RightView, SharesView, Show};
use crate::{
    intake,
    say::Say,
    warranty::{
        ops::{self, Decided, in_force},
        words,
    },
};

impl Show<'_> {
    /// Who pays as things stand, and every decision on the way there. An order that was imported or
    /// filed before decisions were kept has that of its request.
    pub async fn cover(&mut self, order: &Order) -> Result<(EntitlementView, Vec<DecisionView>)> {
        let all = match self.shelf.decisions.remove(order.id.as_str()) {
            Some(known) => known,
            None => ops::of(self.cx, &[order.id.write()]).await?,
        };
        // A list has hundreds of them: of each the last is read, and no more than is shown.
        let brief = self.brief;
        let read = |it: &str| match brief {
            true => ops::kept_briefly(it),
            false => serde_json::from_str::<Json>(it).ok(),
        };
        let kept = |it: &Decided| it.decided.as_deref().and_then(read);
        let mut view = match all.iter().rev().find_map(kept) {
            Some(by_rules) => self.entitlement(&by_rules),
            None => {
                let reported = self.reported(order).await?;
                let reported = reported.as_deref().and_then(read);
                self.entitlement(&reported.unwrap_or_else(|| json!({})))
            }
        };
        if let Some(person) = in_force(&all).filter(|it| it.occasion == Occasion::Person) {
            view.overridden = Some(OverriddenView {
                by: self.person(person.by.as_deref().unwrap_or_default()).await?.0,
                at: self.time(person.at),
                reason: person.reason.clone().unwrap_or_default(),
                coverage: view.coverage,
            });
            view.coverage = person.coverage.code().to_owned();
            view.pays = shares(person.shares());
        }
        let mut views = Vec::new();
        if !self.brief {
            for it in &all {
                views.push(self.decision(it, kept(it).as_ref()).await?);
            }
        }
        Ok((view, views))
    }

    /// What was said when it was reported.
    async fn reported(&mut self, order: &Order) -> Result<Option<String>> {
        let request = match self.shelf.requests.remove(order.request.as_str()) {
            Some(known) => known,
            None => intake::ops::known(self.cx, &order.request).await?,
        };
        Ok(request.entitlement)
    }

    /// A kept decision in the reader's words.
    pub fn entitlement(&self, kept: &Json) -> EntitlementView {
        entitlement(self.say, kept, self.brief)
    }

    async fn decision(&mut self, it: &Decided, kept: Option<&Json>) -> Result<DecisionView> {
        let rules = kept.and_then(|it| it["rules"].as_array()).map(Vec::as_slice);
        let rules = rules.unwrap_or_default();
        Ok(DecisionView {
            id: it.id.to_string(),
            occasion: it.occasion.code().to_owned(),
            at: self.time(it.at),
            by: match &it.by {
                Some(id) => Some(self.person(id).await?.0),
                None => None,
            },
            coverage: it.coverage.code().to_owned(),
            pays: shares(it.shares()),
            explanation: kept.map(|kept| words::explanation(self.say, kept)),
            reason: it.reason.clone(),
            rules: rules.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
        })
    }
}

fn shares(it: Shares) -> SharesView {
    let code = |it: Coverage| it.code().to_owned();
    SharesView { parts: code(it.parts), labour: code(it.labour), travel: code(it.travel) }
}

/// The same, for a list without what the customer may claim.
pub fn entitlement(say: Say, kept: &Json, brief: bool) -> EntitlementView {
    let texts = |it: &Json| -> Vec<String> {
        let all = it.as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let coverage = kept["coverage"].as_str().unwrap_or("unknown").to_owned();
    let pays = |name: &str| kept["pays"][name].as_str().unwrap_or(&coverage).to_owned();
    let rights = kept["entitlements"].as_array().map(Vec::as_slice).unwrap_or_default();
    let right = |it: &Json| RightView {
        kind: it["kind"].as_str().unwrap_or_default().to_owned(),
        who_pays: it["who_pays"].as_str().unwrap_or_default().to_owned(),
        text: words::right(say, it),
        rules: texts(&it["because"]),
        refund_fen: it["refund_fen"].as_i64(),
        deduction_fen: it["deduction_fen"].as_i64(),
    };
    EntitlementView {
        pays: SharesView { parts: pays("parts"), labour: pays("labour"), travel: pays("travel") },
        explanation: words::explanation(say, kept),
        missing: texts(&kept["missing"]),
        rights: (!brief).then(|| rights.iter().map(right).collect()),
        overridden: None,
        coverage,
    }
}
