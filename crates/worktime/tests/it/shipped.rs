//! The shipped holidays are those that were published.

use worktime::Holidays;

use crate::shared;

#[test]
fn the_shipped_holidays_are_those_of_the_yearly_files() {
    let Some(folder) = shared::find("data/cn_holidays") else { return };
    let shipped = Holidays::cn();
    let texts: Vec<String> = (2007..=2026)
        .map(|year| std::fs::read_to_string(folder.join(format!("{year}.json"))).unwrap())
        .collect();
    assert_eq!(Holidays::from_json(&format!("[{}]", texts.join(","))), Ok(shipped));
    let licence = std::fs::read_to_string(folder.join("LICENSE.holiday-cn")).unwrap();
    assert_eq!(Holidays::CN_LICENCE, licence);
}

#[test]
fn the_shipped_holidays_agree_with_the_published_calendar_of_three_years() {
    let Some(file) = shared::find("spec/vectors/cn_calendar_2024_2026.csv") else { return };
    let shipped = Holidays::cn();
    let mut days = 0;
    for row in csv::Reader::from_path(file).unwrap().records().map(Result::unwrap) {
        let date: jiff::civil::Date = row[0].parse().unwrap();
        let day = &shipped.years().unwrap()[&date.year()].days[&date];
        assert_eq!((day.name.as_str(), day.off), (&row[1], &row[2] == "1"), "{date}");
        days += 1;
    }
    assert_eq!(days, 108);
}

#[test]
fn an_imported_year_joins_or_replaces_the_shipped_ones() {
    let year = |number: i16, day: &str| {
        let day = format!(r#"{{"name": "x", "date": "{day}", "isOffDay": true}}"#);
        let text = format!(r#"{{"year": {number}, "papers": ["u"], "days": [{day}]}}"#);
        Holidays::from_json(&text).unwrap()
    };
    let with = Holidays::cn().with(year(2027, "2027-01-01")).with(year(2026, "2026-01-02"));
    let years = with.years().unwrap();
    assert_eq!((years.len(), years[&2027].days.len(), years[&2026].days.len()), (21, 1, 1));
    assert_eq!(Holidays::none().with(year(2027, "2027-01-01")).years().unwrap().len(), 1);
}
