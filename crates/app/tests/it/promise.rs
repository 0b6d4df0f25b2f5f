//! The clocks of what was promised: they stand still while the order waits for the customer, and
//! are counted anew when a year's holidays are published.

use baoxiu::{company, packs, schedule};
use kernel::{Span, Time};
use platform::db::Tx;
use rules::promise::{Clock, PromiseKind};
use serde_json::{Value as Json, json};
use worktime::Amount;

use crate::{
    forms::{look, see},
    town::{MONDAY, Town, everywhere},
};

/// New Year's Day and a make-up Sunday, as the State Council's notice would have it.
const NEXT_YEAR: &str = r#"{"year": 2027, "papers": [], "days": [
    {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
    {"name": "元旦", "date": "2027-01-03", "isOffDay": false}]}"#;

fn promise<'a>(order: &'a Json, kind: &str) -> &'a Json {
    let all = order["promises"].as_array().unwrap();
    all.iter().rfind(|it| it["kind"] == kind).unwrap_or_else(|| panic!("{kind}: {order}"))
}

async fn due(town: &Town, order: &str, kind: &str) -> Time {
    let order = town.get("mei", &format!("/orders/{order}")).await.json;
    let text = promise(&order, kind)["due"].as_str().unwrap().to_owned();
    Time::of(text.parse().unwrap())
}

#[tokio::test]
async fn the_clock_stands_still_while_the_order_waits_for_the_customer() {
    everywhere("pause", async |town| {
        let order = town.fault().await;
        town.does("chen", &order, json!({"step": "accept"})).await;
        town.later(60);
        let before = due(town, &order, "repair").await;
        let wait = json!({"step": "suspend", "reason": "customer", "until": town.at(72),
                          "text": "出差"});
        town.does("chen", &order, wait).await;
        town.later(48 * 60);
        let missed = town.house(async |cx| baoxiu::promise::ops::sweep(cx, 100).await).await;
        assert_eq!(missed, 2, "first contact and arrangement do not wait, and were missed");
        let late = town.get("mei", "/orders?overdue=true").await.json;
        let seen = town.get("mei", &format!("/orders/{order}")).await.json;
        assert_eq!(promise(&seen, "repair")["state"], "open", "no time passed");
        assert_eq!(promise(&seen, "arrangement")["state"], "missed");
        assert_eq!(late["items"].as_array().unwrap().len(), 1, "for what did not wait");
        let resumed = town.does("chen", &order, json!({"step": "resume"})).await;
        assert_eq!(promise(&resumed, "repair")["state"], "open");
        let after = due(town, &order, "repair").await;
        assert_eq!(before.until(after), Span::hours(48), "as long as it waited");
    })
    .await;
}

#[tokio::test]
async fn waiting_for_a_part_is_no_excuse() {
    everywhere("no_pause", async |town| {
        let order = town.fault().await;
        town.does("chen", &order, json!({"step": "accept"})).await;
        let before = due(town, &order, "repair").await;
        let wait =
            json!({"step": "suspend", "reason": "part", "until": town.at(72), "text": "缺件"});
        town.does("chen", &order, wait).await;
        town.later(48 * 60);
        let seen = town.get("mei", &format!("/orders/{order}")).await.json;
        assert_eq!(promise(&seen, "repair")["state"], "missed");
        town.does("chen", &order, json!({"step": "resume"})).await;
        assert_eq!(due(town, &order, "repair").await, before);
    })
    .await;
}

/// The town's pack, with a repair promised in two working days of the office.
async fn promise_working_days(town: &Town) {
    let mut pack = packs::read("gree-hvac").unwrap();
    for row in pack.promises.iter_mut().filter(|it| it.promise == PromiseKind::Repair) {
        row.clock = Clock::Working;
        row.timing.amount = Amount::working_days(2);
        row.timing.calendar = Some("office".into());
    }
    let now = town.app.now();
    let load = async move |mut tx: Tx| packs::load(&mut tx, &pack, now).await.map(|_| ());
    town.app.db.act(load).await.unwrap();
    town.app.learn().await.unwrap();
}

async fn publish_holidays(town: &Town) {
    town.house(async |cx| company::add_holidays(cx, NEXT_YEAR).await).await;
    // What waits as a job is done by the next beat.
    schedule::beat(&town.app).await.unwrap();
}

#[tokio::test]
async fn a_published_year_moves_what_was_provisional_and_the_customer_hears_of_it() {
    everywhere("recount", async |town| {
        promise_working_days(town).await;
        // Thursday, the last day of the year.
        town.set_clock(Time::from_millis(MONDAY).after(Span::days(38)));
        let order = town.fault().await;
        let seen = town.get("mei", &format!("/orders/{order}")).await.json;
        let repair = promise(&seen, "repair");
        assert_eq!(repair["due"], "2027-01-04T09:00:00+08:00", "Friday and Monday are worked");
        assert_eq!(repair["provisional"], true);
        assert_eq!(
            promise(&seen, "arrival")["provisional"],
            false,
            "natural hours know no holidays"
        );
        town.later(1);
        publish_holidays(town).await;
        let seen = town.get("mei", &format!("/orders/{order}")).await.json;
        let repair = promise(&seen, "repair");
        assert_eq!(repair["due"], "2027-01-04T09:00:00+08:00", "Sunday makes up for Friday");
        assert_eq!(repair["provisional"], false);
        let timeline = town.get("mei", &format!("/orders/{order}/timeline")).await;
        assert!(!timeline.text.contains("promise.moved"), "nothing moved: {}", timeline.text);
    })
    .await;
}

#[tokio::test]
async fn what_moves_is_told_and_falls_due_at_its_new_time() {
    everywhere("moved", async |town| {
        promise_working_days(town).await;
        town.set_clock(Time::from_millis(MONDAY).after(Span::days(36)));
        let order = town.fault().await;
        let seen = town.get("mei", &format!("/orders/{order}")).await.json;
        assert_eq!(promise(&seen, "repair")["due"], "2026-12-31T09:00:00+08:00");
        // Wednesday: two working days lead past New Year's Day.
        town.set_clock(Time::from_millis(MONDAY).after(Span::days(37)));
        let second = json!({"kind": "repair", "channel": "phone",
            "customer": {"name": "刘洋", "phone": "13800138111",
                         "address": "广东省珠海市香洲区前山街道金鸡路789号2栋1204"},
            "fault": {"text": "不制冷"}, "device": {"category": "家用空调器"}});
        let filed = town.post("mei", "/requests", second).await;
        assert_eq!(filed.status, 201, "{}", filed.text);
        let order = filed.json["order"]["id"].as_str().unwrap().to_owned();
        let before = town.get("mei", &format!("/orders/{order}")).await.json;
        assert_eq!(promise(&before, "repair")["due"], "2027-01-01T09:00:00+08:00");
        town.later(1);
        publish_holidays(town).await;
        let after = town.get("mei", &format!("/orders/{order}")).await.json;
        assert_eq!(promise(&after, "repair")["due"], "2027-01-03T09:00:00+08:00");
        assert_eq!(promise(&after, "repair")["provisional"], false);
        assert!(after["version"].as_i64() > before["version"].as_i64());
        let timeline = town.get("mei", &format!("/orders/{order}/timeline")).await;
        assert!(timeline.text.contains("节假日已公布，重新推算：修复"), "{}", timeline.text);
        let told = notices(town, &order).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].contains("修复改为") && told[0].contains("01-03 09:00"), "{}", told[0]);
        // Telling it is not yet the promised call back of the hotline.
        assert_eq!(promise(&after, "first_contact")["state"], "open");
        publish_holidays(town).await;
        assert_eq!(notices(town, &order).await.len(), 1, "said once");
    })
    .await;
}

#[tokio::test]
async fn pages_count_working_days_across_weekends_and_holidays_as_people_do() {
    everywhere("said", async |town| {
        promise_working_days(town).await;
        town.set_clock(Time::from_millis(MONDAY).after(Span::days(37)));
        town.house(async |cx| company::add_holidays(cx, NEXT_YEAR).await).await;
        schedule::beat(&town.app).await.unwrap();
        let order = town.fault().await;
        let seen = town.get("mei", &format!("/orders/{order}")).await.json;
        assert_eq!(promise(&seen, "repair")["due"], "2027-01-03T09:00:00+08:00");
        let page = see(town, "chen", &format!("/orders/{order}")).await;
        assert!(page.contains("还有 2 个工作日"), "Thursday, and the Sunday that makes up: {page}");
        assert!(page.contains("明天 09:00 前"), "arrival runs on natural hours: {page}");
        let page = look(town, "chen", &format!("/orders/{order}"), "en").await.text;
        assert!(page.contains("2 working days left"), "{page}");
    })
    .await;
}

async fn notices(town: &Town, order: &str) -> Vec<String> {
    let order = order.to_owned();
    let read = async move |cx: &mut baoxiu::Cx| {
        let all = baoxiu::notice::ops::to_customer(cx, &order).await?;
        Ok(all.into_iter().map(|it| it.body).collect::<Vec<_>>())
    };
    town.house(read).await
}
