//! Rules, instruments and the catalogue from their files. What is wrong with a file is refused
//! with the row.

use std::sync::Arc;

use jiff::civil::Date;
use serde::Deserialize;

use crate::{
    refused::Refused,
    rule::{Clause, Confidence, Goods, Group, Instrument, Name, Rule, RuleRow},
};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Law {
    pub rules: Vec<Rule>,
    pub goods: Vec<Goods>,
    pub instruments: Vec<Instrument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Instruments {
    instrument: Vec<Instrument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    rule: Vec<RuleRow>,
}

impl Law {
    /// TOML with `[[instrument]]`, TOML with `[[rule]]`, and the catalogue as TSV.
    pub fn read(instruments: &str, rules: &str, goods: &str) -> Result<Law, Refused> {
        let unreadable = |e: toml::de::Error| {
            Refused::new("rules", "rules.not_readable").with("why", e.to_string().trim())
        };
        let instruments = toml::from_str::<Instruments>(instruments).map_err(unreadable)?;
        let mut law = Law { instruments: instruments.instrument, ..Law::default() };
        law.add(rules)?;
        for (i, line) in goods.lines().enumerate().skip(1) {
            law.goods.push(law.goods_row(line, i + 1)?);
        }
        let spans = law.goods.iter().map(|it| (it.category.as_str(), &*it.clause));
        overlapping(spans.collect())?;
        Ok(law)
    }

    /// Further rules of instruments that are known.
    pub fn add(&mut self, rules: &str) -> Result<(), Refused> {
        let unreadable = |e: toml::de::Error| {
            Refused::new("rules", "rules.not_readable").with("why", e.to_string().trim())
        };
        for row in toml::from_str::<Rules>(rules).map_err(unreadable)?.rule {
            let rule = self.rule(row)?;
            self.rules.push(rule);
        }
        let spans = self.rules.iter().map(|it| (it.clause.rule.as_str(), &*it.clause));
        overlapping(spans.collect())?;
        for rule in &self.rules {
            for after in &rule.when.after {
                if !self.rules.iter().any(|it| it.clause.rule == *after) {
                    let refused = Refused::new(&rule.clause.rule, "rule.unknown_reference");
                    return Err(refused.with("value", after));
                }
            }
        }
        Ok(())
    }

    fn instrument(&self, id: &str, row: &str) -> Result<&Instrument, Refused> {
        self.instruments
            .iter()
            .find(|it| it.id == id)
            .ok_or_else(|| Refused::new(row, "rule.unknown_reference").with("value", id))
    }

    fn rule(&self, row: RuleRow) -> Result<Rule, Refused> {
        let instrument = self.instrument(&row.instrument, &row.id)?;
        let confidence = row.confidence.unwrap_or(instrument.confidence);
        let (from, to) = (row.from.unwrap_or(instrument.from), row.to.or(instrument.to));
        let clause = clause(instrument, &row.id, &row.article, confidence, (from, to));
        Ok(Rule {
            clause: Arc::new(clause),
            region: instrument.region.clone(),
            confidence,
            goods: row.goods,
            when: row.when,
            gives: row.gives,
            payer: row.payer,
            deduction: row.deduction,
            amount: row.amount,
            paid_beside: row.paid_beside,
            alternative: row.alternative,
            sets: row.sets,
            due: row.due,
        })
    }

    fn goods_row(&self, line: &str, number: usize) -> Result<Goods, Refused> {
        let row = format!("goods.tsv:{number}");
        let bad = |what: &str| Refused::new(&row, "goods.not_readable").with("value", what);
        let cells: Vec<&str> = line.split('\t').collect();
        let [
            category,
            group,
            unit,
            part,
            parts,
            others,
            rate,
            km,
            claim_months,
            claim_km,
            durable,
            installed,
            instrument,
            article,
            confidence,
            source,
        ] = cells[..]
        else {
            return Err(bad(line));
        };
        let number = |it: &str| match it {
            "" => Ok(None),
            it => it.parse::<i64>().map(Some).map_err(|_| bad(it)),
        };
        let names = |it: &str| {
            it.split('|').filter(|it| !it.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        let quoted = |it: &str| format!("\"{it}\"");
        let group: Group = serde_json::from_str(&quoted(group)).map_err(|_| bad(group))?;
        let confidence: Confidence =
            serde_json::from_str(&quoted(confidence)).map_err(|_| bad(confidence))?;
        let instrument = self.instrument(instrument, &row)?;
        let span = (instrument.from, instrument.to);
        let mut clause = clause(instrument, category, article, confidence, span);
        source.clone_into(&mut clause.source);
        let unseen = Clause { verified: false, ..clause.clone() };
        Ok(Goods {
            category: category.to_owned(),
            group,
            unit_months: number(unit)?.ok_or_else(|| bad("unit_months"))?,
            part_months: number(part)?,
            parts: names(parts),
            other_parts: names(others),
            rate_ppm: number(rate)?,
            km: number(km)?,
            claim_months: number(claim_months)?,
            claim_km: number(claim_km)?,
            durable: durable == "y",
            installed: installed == "y",
            clause: Arc::new(clause),
            unseen: Arc::new(unseen),
        })
    }
}

fn clause(
    instrument: &Instrument,
    rule: &str,
    article: &str,
    confidence: Confidence,
    (from, to): (Date, Option<Date>),
) -> Clause {
    Clause {
        rule: rule.to_owned(),
        version: format!("{rule}@{from}"),
        instrument: Name { zh: instrument.zh.clone(), en: instrument.en.clone() },
        article: article.to_owned(),
        verified: confidence != Confidence::M,
        from: Some(from),
        to,
        text: None,
        source: instrument.source.clone(),
    }
}

/// Of two versions of one rule, one ends before the other begins.
fn overlapping(mut spans: Vec<(&str, &Clause)>) -> Result<(), Refused> {
    spans.sort_by_key(|it| (it.0, it.1.from));
    for pair in spans.windows(2) {
        let [(id, first), (other, then)] = [pair[0], pair[1]];
        if id == other && first.to.is_none_or(|to| then.from.is_none_or(|from| from <= to)) {
            let refused = Refused::new(id, "rule.versions_overlap");
            return Err(refused.with("first", &first.version).with("second", &then.version));
        }
    }
    Ok(())
}
