//! The promises of Boston's service line in the summer of 2011, against the policy that was found
//! from them: `docs/examples/boston311`.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use csv::StringRecord;
use flate2::read::GzDecoder;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use worktime::{Amount, Calendar, Clock, Holidays, Policy, Promise, Unit};

use crate::shared;

const TOLERANCE: i64 = 5 * 60;

struct Row {
    case: String,
    opened: Timestamp,
    target: Timestamp,
    closed: Option<Timestamp>,
    label: String,
}

/// The policy, its two clocks, and the rows with a target by their type.
struct Boston {
    policy: Policy,
    working: Calendar,
    natural: Calendar,
    rows: BTreeMap<String, Vec<Row>>,
}

impl Boston {
    fn read() -> Option<Boston> {
        let file = shared::find("data/boston311_2011/dev_2011_07_08.csv.gz")?;
        let path = "../../docs/examples/boston311/policy.toml";
        let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
        let policy = Policy::read(&text.unwrap(), jiff::tz::db()).unwrap();
        let working = policy.compile(&Holidays::none()).unwrap();
        let natural = Calendar::natural(policy.zone.clone());
        let mut rows = BTreeMap::<_, Vec<_>>::new();
        let mut reader =
            csv::Reader::from_reader(GzDecoder::new(std::fs::File::open(file).unwrap()));
        let heads = reader.headers().unwrap().clone();
        for row in reader.records().map(Result::unwrap) {
            if let Some(row) = Row::of(&heads, &row, &policy.zone) {
                rows.entry(row.case.clone()).or_default().push(row);
            }
        }
        Some(Boston { policy, working, natural, rows })
    }

    fn due(&self, row: &Row, clock: Clock, amount: Amount) -> i64 {
        let calendar = match clock {
            Clock::Working => &self.working,
            Clock::Natural => &self.natural,
        };
        calendar.due(row.opened, amount).unwrap().at.as_second()
    }

    fn keeps(&self, row: &Row, promise: &Promise) -> bool {
        let due = self.due(row, promise.clock, promise.amount);
        (due - row.target.as_second()).abs() <= TOLERANCE
    }

    /// The promises for the type that would give the row its target.
    fn promises(&self, row: &Row) -> Vec<(Clock, Amount)> {
        let days = |calendar: &Calendar| {
            let [opened, target] = [row.opened, row.target].map(|at| calendar.date(at).unwrap());
            i64::from(calendar.working_days_between(opened, target).unwrap())
        };
        let working = days(&self.working);
        let candidates = (working - 2..=working + 1)
            .map(|n| (Clock::Working, Amount::working_days(n)))
            .chain([(Clock::Natural, Amount::calendar_days(days(&self.natural)))]);
        candidates
            .filter(|(_, amount)| amount.thousandths > 0)
            .filter(|(clock, amount)| {
                (self.due(row, *clock, *amount) - row.target.as_second()).abs() <= TOLERANCE
            })
            .collect()
    }

    /// The promise that gives most rows of a type their target, if it gives four of five.
    fn found(&self, rows: &[Row]) -> Option<(Clock, Amount)> {
        let mut votes = HashMap::new();
        for promise in rows.iter().flat_map(|row| self.promises(row)) {
            *votes.entry(promise).or_insert(0) += 1;
        }
        let rank = |(promise, votes): &((Clock, Amount), i32)| {
            (*votes, promise.0 == Clock::Working, -promise.1.thousandths)
        };
        let (promise, votes) = votes.into_iter().max_by_key(rank)?;
        (votes * 5 >= rows.len() as i32 * 4).then_some(promise)
    }
}

impl Row {
    fn of(heads: &StringRecord, row: &StringRecord, zone: &TimeZone) -> Option<Row> {
        let cell = |name| &row[heads.iter().position(|head| head == name).unwrap()];
        let time = |name| {
            let shown = DateTime::strptime("%Y-%m-%d %H:%M:%S", cell(name)).ok()?;
            Some(zone.to_timestamp(shown).unwrap())
        };
        Some(Row {
            case: cell("type").to_owned(),
            opened: time("open_dt").unwrap(),
            target: time("target_dt")?,
            closed: time("closed_dt"),
            label: cell("ontime").to_owned(),
        })
    }
}

#[test]
fn the_policy_of_boston_gives_the_targets_that_boston_gave() {
    let Some(boston) = Boston::read() else { return };
    let with_target: usize = boston.rows.values().map(Vec::len).sum();
    assert_eq!(with_target, 17_782);
    let (mut rows, mut kept) = (0, 0);
    for promise in &boston.policy.promises {
        let of_type = &boston.rows[promise.case.as_deref().unwrap()];
        let keep = of_type.iter().filter(|row| boston.keeps(row, promise)).count();
        assert!(keep * 5 >= of_type.len() * 4, "{promise:?}: {keep} of {}", of_type.len());
        (rows, kept) = (rows + of_type.len(), kept + keep);
    }
    assert_eq!((boston.policy.promises.len(), rows, kept), (108, 17_690, 17_602));
    assert!(kept * 100 >= rows * 99);
}

/// The label is the city's own judgement whether the case was closed in time.
#[test]
fn no_label_of_boston_contradicts_the_policy() {
    let Some(boston) = Boston::read() else { return };
    let mut judged = 0;
    for promise in &boston.policy.promises {
        for row in &boston.rows[promise.case.as_deref().unwrap()] {
            let Some(closed) = row.closed.filter(|_| boston.keeps(row, promise)) else { continue };
            let late = closed.as_second() - boston.due(row, promise.clock, promise.amount);
            match row.label.as_str() {
                "ONTIME" => assert!(late <= TOLERANCE, "{} {}", row.case, row.opened),
                "OVERDUE" => assert!(late > -TOLERANCE, "{} {}", row.case, row.opened),
                _ => continue,
            }
            judged += 1;
        }
    }
    assert!(judged > 16_000, "{judged}");
}

#[test]
fn the_policy_of_boston_is_what_is_found_in_the_rows() {
    let Some(boston) = Boston::read() else { return };
    let mut found = vec![];
    for (case, rows) in &boston.rows {
        if let Some((clock, amount)) = boston.found(rows) {
            found.push(Promise { case: Some(case.clone()), amount, clock });
        }
    }
    assert!(boston.policy.promises == found, "found:\n{}", written(&found));
}

fn written(promises: &[Promise]) -> String {
    let row = |promise: &Promise| {
        let Promise { case, amount, clock } = promise;
        let clock = if *clock == Clock::Natural { "clock = \"natural\"\n" } else { "" };
        let (number, unit) = (amount.thousandths / 1000, amount.unit.code());
        let case = case.as_deref().unwrap_or_default();
        format!("[[promise]]\ntype = {case:?}\namount = {number}\nunit = \"{unit}\"\n{clock}\n")
    };
    assert!(
        promises.iter().all(|it| matches!(it.amount.unit, Unit::WorkingDays | Unit::CalendarDays))
    );
    promises.iter().map(row).collect()
}
