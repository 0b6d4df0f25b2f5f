//! Event logs: cases become requests with their history, and an event is filed once.

use crate::{
    import::{PLAIN, counts, import, made, mapped, request, timeline, try_import},
    town::everywhere,
};

const LOG: &str = "\
case,activity,at,person,group,impact
T-77,Register,2025-03-01 08:00,System,,
T-78,Register,2025-03-01 09:00,System,,low
T-77,Repair,2025-03-02 10:00,Solver1,二组,
T-77,Repair,2025-03-02 10:00,Solver1,二组,
T-77,Close,2025-03-03 11:00,Clerk2,,
";

const WORDS: &str = r#"
kind = "events"
[values.activity]
"Register" = "open"
"Close" = "closed"
[defaults]
outlet = "香洲网点"
"#;

#[tokio::test]
async fn a_case_is_a_request_with_its_history() {
    everywhere("log", async |town| {
        let report = import(town, "events", LOG, &mapped(WORDS)).await;
        assert_eq!(counts(&report), [5, 0, 5, 0, 0], "{:?}", report.problems);
        let filed = ["requests", "orders", "events"].map(|it| made(&report, it));
        assert_eq!(filed, [2, 2, 5]);

        let case = request(town, "T-77").await;
        assert_eq!((&case["kind"], &case["channel"]), (&"repair".into(), &"import".into()));
        assert_eq!(case["status"], "closed");
        assert_eq!(case["received_at"], "2025-03-01T08:00:00+08:00");
        let line = timeline(town, &case).await;
        let said: Vec<_> = line.iter().map(|it| (it.1.as_str(), it.2.as_str())).collect();
        for own in [("System", "Register"), ("Solver1", "Repair"), ("Clerk2", "Close")] {
            assert!(said.contains(&own), "{said:?}");
        }
        // Two events that are alike are two.
        assert_eq!(said.iter().filter(|it| it.1 == "Repair").count(), 2, "{said:?}");
        assert!(line.is_sorted_by(|a, b| a.0 <= b.0), "{line:?}");

        let other = request(town, "T-78").await;
        assert_eq!(other["order"]["status"], "reported");
        let seen = town.get("chen", "/orders").await.json;
        assert_eq!(seen["items"].as_array().unwrap().len(), 2, "{seen}");
    })
    .await;
}

#[tokio::test]
async fn a_longer_log_adds_only_what_is_new() {
    everywhere("longer", async |town| {
        import(town, "events", LOG, &mapped(WORDS)).await;
        let report = import(town, "events", LOG, &mapped(WORDS)).await;
        assert_eq!(counts(&report), [5, 0, 0, 0, 5]);
        let longer =
            format!("{LOG}T-78,Close,2025-03-09 09:00,Clerk2,,\nT-78,Call,2025-02-27 09:00,,,\n");
        let report = import(town, "events", &longer, &mapped(WORDS)).await;
        assert_eq!(counts(&report), [7, 0, 2, 0, 5]);
        let case = request(town, "T-78").await;
        assert_eq!(case["status"], "closed");
        assert_eq!(case["received_at"], "2025-02-27T09:00:00+08:00");
        let order = case["order"]["id"].as_str().unwrap();
        let order = town.get("he", &format!("/orders/{order}")).await.json;
        assert_eq!(order["closed_at"], "2025-03-09T09:00:00+08:00");
        assert_eq!(order["opened_at"], "2025-02-27T09:00:00+08:00");
    })
    .await;
}

#[tokio::test]
async fn without_words_for_its_activities_a_log_tells_of_what_is_over() {
    everywhere("xes", async |town| {
        let xes = r#"<log xmlns="http://www.xes-standard.org/"><trace>
            <string key="concept:name" value="Case 1"/>
            <event><string key="concept:name" value="Take in charge"/>
              <string key="org:resource" value="Value 2"/><string key="seriousness" value="3"/>
              <date key="time:timestamp" value="2012-10-09T14:50:17+00:00"/></event>
            <event><string key="concept:name" value="Resolve"/>
              <date key="time:timestamp" value="2012-10-10T14:50:17+00:00"/></event>
            </trace></log>"#;
        let (report, _) = try_import(town, "events", "a.xes", xes, &PLAIN).await.unwrap();
        assert_eq!(counts(&report), [2, 0, 2, 0, 0], "{:?}", report.problems);
        let case = request(town, "Case 1").await;
        assert_eq!(case["order"]["status"], "closed");
        let order = case["order"]["id"].as_str().unwrap();
        let seen = town.get("he", &format!("/orders/{order}/timeline")).await.json;
        let own =
            seen["items"].as_array().unwrap().iter().find(|it| it["text"] == "Take in charge");
        assert_eq!(own.unwrap()["data"]["attributes"]["seriousness"], "3", "{seen}");
        assert_eq!(own.unwrap()["at"], "2012-10-09T22:50:17+08:00");
    })
    .await;
}

#[tokio::test]
async fn a_log_tells_more_of_a_request_that_is_on_file() {
    everywhere("joined", async |town| {
        let text = "external_id,kind,opened_at,outlet\nT-77,repair,2025-03-01 07:59,香洲网点\n";
        import(town, "requests", text, &PLAIN).await;
        let report = import(town, "events", LOG, &mapped(WORDS)).await;
        assert_eq!(made(&report, "requests"), 1);
        let case = request(town, "T-77").await;
        assert_eq!(case["received_at"], "2025-03-01T07:59:00+08:00");
        assert!(timeline(town, &case).await.iter().any(|it| it.2 == "Close"));
    })
    .await;
}
