//! Bad input, each with a clear refusal in the reader's language and nothing lost. What other files
//! test already is not tested twice: `LIST` says where each of them is, and that it is there.

use std::fs;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::json;

use crate::{
    crash::{program, run},
    house::source::{root, sources},
    town::{Answer, On, Town, everywhere, signature},
};

/// Every line of the list of bad input, and the test that shows how it ends.
#[rustfmt::skip]
const LIST: &[(&str, &str)] = &[
    ("a phone of ten digits",            "what_is_required_and_what_cannot_be_so_is_named_field_by_field"),
    ("a date in 2099",                   "what_is_wrong_is_said_field_by_field"),
    ("a visit or a wait in 2099",        "nobody_is_sent_and_nothing_waits_until_2099"),
    ("the serial of somebody else",      "of_the_same_phone_another_name_is_whom_to_ask_for_and_a_serial_stays_with_its_user"),
    ("two dispatchers at once",          "of_two_dispatchers_who_send_somebody_at_once_one_hears_what_is_possible_now"),
    ("a technician of another outlet",   "a_step_not_possible_now_says_which_are"),
    ("a step not possible now",          "a_step_that_is_over_shows_where_the_job_stands_now"),
    ("the signature of an empty picture","a_blank_signature_is_refused_and_the_name_stays"),
    ("the same over the API",            "an_empty_picture_is_no_signature"),
    ("a text renamed to .jpg",           "a_text_renamed_to_jpg_is_no_photo"),
    ("a replayed POST",                  "a_replayed_post_happens_once_and_another_body_is_refused"),
    ("a replayed form",                  "a_form_sent_twice_is_one_request"),
    ("a session that expired meanwhile", "an_expired_session_leads_back_to_the_form_that_keeps_what_was_typed"),
    ("a pack with a typo",               "a_typo_in_a_pack_is_shown_with_file_line_and_column"),
    ("a database newer than the program","a_newer_database_is_refused_in_words_and_left_alone"),
    ("300,000 rows",                     "a_spreadsheet_of_300_000_rows_is_read_to_its_end_without_growing"),
    ("a million empty rows",             "a_million_empty_rows_are_no_rows"),
    ("a quote that never closes",        "a_quote_that_never_closes_in_a_long_file_is_named_and_not_read_for_ever"),
    ("two alphabets in one file",        "two_alphabets_in_one_file_are_read_where_it_is_certain_and_said_where_not"),
    ("96.1999$, a serial day as text",   "a_row_that_contradicts_itself_is_a_problem_with_its_column"),
    ("a serial day with its look",       "a_workbook_is_read_as_a_person_sees_it"),
    ("digits in full width, in a table", "what_is_certain_is_understood"),
    ("the same where people type",       "what_was_pasted_is_taken_as_it_looks"),
    ("two rows that contradict",         "two_rows_of_one_key_that_differ_are_said_and_two_alike_are_one"),
    ("a photo of 40 MB, HEIC",           "a_photo_of_forty_megabytes_is_too_large_and_says_so"),
    ("a photo of 30,000 by 30,000",      "a_picture_of_30_000_by_30_000_is_refused_before_it_is_opened"),
    ("a clock set back an hour",         "a_clock_set_back_an_hour_stops_no_work_and_breaks_no_chain"),
    ("a leap second",                    "a_second_that_was_put_in_is_the_one_before_it"),
    ("the same in a table",              "a_leap_second_and_a_serial_day_in_a_table_are_read_or_refused_in_words"),
    ("a number with spaces, lower case", "an_order_number_is_found_however_it_is_typed"),
    ("what swells when it is opened",    "what_swells_when_it_is_opened_is_refused_early"),
];

#[test]
fn every_line_of_the_list_has_its_test() {
    let all: String = ["crates/app/tests/it", "crates/app/tests/stories"]
        .iter()
        .flat_map(|it| sources(it))
        .map(|it| it.text)
        .collect();
    for (what, test) in LIST {
        assert!(all.contains(&format!("fn {test}()")), "{what}: no test {test}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_dispatchers_who_send_somebody_at_once_one_hears_what_is_possible_now() {
    everywhere("twohands", async |town| {
        let order = town.fault().await;
        town.does("chen", &order, json!({"step": "accept"})).await;
        let (chen, zhou) = futures_util::future::join(
            town.step("chen", &order, town.sending("li", 1, 3)),
            town.step("zhou", &order, town.sending("wu", 1, 3)),
        )
        .await;
        let (won, lost) = if chen.status == StatusCode::OK { (chen, zhou) } else { (zhou, chen) };
        assert_eq!(won.status, StatusCode::OK, "{}", won.text);
        assert_eq!(lost.status, StatusCode::CONFLICT, "{}", lost.text);
        assert_eq!(lost.json["code"], "order.step_not_possible");
        assert!(lost.json["steps"].as_array().unwrap().contains(&json!("reassign")));
        let seen = town.get("chen", &format!("/orders/{order}")).await.json;
        assert_eq!(seen["technician"], won.json["technician"]);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_sent_and_nothing_waits_until_2099() {
    everywhere("far", async |town| {
        let order = town.fault().await;
        town.does("chen", &order, json!({"step": "accept"})).await;
        let far = "2099-01-01T09:00";
        let mut window = town.sending("li", 1, 3);
        window["to"] = json!(far);
        let mut both = window.clone();
        both["from"] = json!("2098-12-31T09:00");
        let mut long_ago = town.sending("li", 1, 3);
        long_ago["from"] = json!("1999-01-01T09:00");
        let wait = json!({"step": "suspend", "reason": "part", "until": far});
        for (body, field) in [(window, "to"), (both, "from"), (long_ago, "from"), (wait, "until")] {
            let no = town.step("chen", &order, body.clone()).await;
            assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", no.text);
            assert_eq!(no.json["errors"][0]["field"], field, "{body}");
        }
        for path in ["/technicians/{}/day?date=9999-12-31", "/technicians/{}/day?date=-9999-01-01"]
        {
            let day = town.get("chen", &path.replace("{}", &town.id("li"))).await;
            assert!(!day.status.is_server_error(), "{path}: {}", day.text);
        }
    })
    .await;
}

#[tokio::test]
async fn an_empty_picture_is_no_signature() {
    everywhere("emptypng", async |town| {
        let order = town.finished().await;
        let white = signature(false);
        for (drawn, code) in [
            (white.as_str(), "signature.blank"),
            ("", "signature.blank"),
            ("bm8gcGljdHVyZQ==", "signature.not_png"),
            ("***", "signature.not_png"),
        ] {
            let body = json!({"step": "sign", "name": "王芳", "signature_png": drawn});
            let no = town.step("li", &order, body).await;
            assert_eq!(no.status, StatusCode::UNPROCESSABLE_ENTITY, "{drawn}: {}", no.text);
            assert_eq!(no.json["errors"][0]["code"], code, "{drawn}");
            assert_eq!(no.json["errors"][0]["field"], "signature_png");
        }
        let seen = town.get("li", &format!("/orders/{order}")).await.json;
        assert_eq!(seen["status"], "finished");
    })
    .await;
}

/// As a browser asks, with its cookies.
pub async fn browse(town: &Town, request: axum::http::request::Builder, form: &str) -> Answer {
    let request = request
        .header(header::HOST, "baoxiu.test")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    town.ask(request.body(Body::from(form.to_owned())).unwrap()).await
}

pub fn location(answer: &Answer) -> &str {
    answer.headers[header::LOCATION].to_str().unwrap()
}

/// Signs in; returns the cookie and where it led.
pub async fn sign_in(town: &Town, next: &str) -> (String, String) {
    let form = serde_html_form::to_string([
        ("login", "mei"),
        ("password", "correct horse 9"),
        ("next", next),
    ]);
    let answer = browse(town, Request::post("/login"), &form.unwrap()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
    (cookie.split(';').next().unwrap().to_owned(), location(&answer).to_owned())
}

pub async fn with_password(town: &Town) {
    let hashed = baoxiu::account::password::hash(&town.app, "correct horse 9").await.unwrap();
    let id = rules::policy::PersonId::parse(&town.id("mei")).unwrap();
    town.house(async move |cx| {
        baoxiu::account::ops::reset_password(cx, &id, &hashed).await?;
        let sql = "update people set must_change = 0 where id = $1";
        cx.tx.run(sql, &[kernel::Value::Text(id.to_string())]).await
    })
    .await;
}

#[tokio::test]
async fn an_expired_session_leads_back_to_the_form_that_keeps_what_was_typed() {
    everywhere("expired", async |town| {
        let order = town.on_site().await;
        with_password(town).await;
        let (cookie, _) = sign_in(town, "/").await;
        let form = "/intake?phone=13900139001";
        let page = browse(town, Request::get(form).header(header::COOKIE, &cookie), "").await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        // What the script keeps it by: the form has a name, and the page says whose it is.
        assert!(page.text.contains("data-keep") && page.text.contains(&town.id("mei")));
        town.later(24 * 60);
        for from in [form, "/intake"] {
            let sent = Request::post("/intake")
                .header(header::COOKIE, &cookie)
                .header(header::REFERER, format!("http://baoxiu.test{from}"));
            let door = browse(town, sent, "kind=repair&channel=phone&name=%E7%8E%8B").await;
            assert_eq!(door.status, StatusCode::SEE_OTHER, "{}", door.text);
            let next = location(&door).strip_prefix("/login?").unwrap().to_owned();
            let next: Vec<(String, String)> = serde_html_form::from_str(&next).unwrap();
            let (_, back) = sign_in(town, &next[0].1).await;
            assert_eq!(back, from, "where the form is");
        }
        // Nobody is led out of the house, and what is sent where no page stands leads to its page.
        for (referer, to) in [
            ("http://elsewhere.example/steal".to_owned(), format!("/jobs/{order}/work")),
            (format!("http://baoxiu.test/jobs/{order}?at=work"), format!("/jobs/{order}?at=work")),
        ] {
            let sent =
                Request::post(format!("/jobs/{order}/work")).header(header::REFERER, referer);
            let door = browse(town, sent, "cause=x").await;
            let next = serde_html_form::to_string([("next", to)]).unwrap();
            assert_eq!(location(&door), format!("/login?{next}"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_form_sent_twice_is_one_request() {
    everywhere("twiceform", async |town| {
        let send = async |text: &str| {
            let form = serde_html_form::to_string([
                ("_key", "drawn-once"),
                ("kind", "consult"),
                ("channel", "phone"),
                ("phone", "13900139001"),
                ("customer.phone", "13900139001"),
                ("customer.name", "李四"),
                ("fault.text", text),
            ]);
            let request = Request::post("/intake")
                .header(header::AUTHORIZATION, format!("Bearer {}", town.token("mei")));
            browse(town, request, &form.unwrap()).await
        };
        let first = send("怎么清洗").await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text);
        let again = send("怎么清洗").await;
        assert_eq!(location(&again), location(&first));
        let list = town.get("mei", "/requests").await.json;
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        send("怎么换滤网").await;
        let list = town.get("mei", "/requests").await.json;
        assert_eq!(list["items"].as_array().unwrap().len(), 2, "changed, it is another");
    })
    .await;
}

#[tokio::test]
async fn a_typo_in_a_pack_is_shown_with_file_line_and_column() {
    let town = Town::new("typo", On::Sqlite).await;
    let folder = town.folder().join("typo");
    fs::create_dir_all(&folder).unwrap();
    for entry in fs::read_dir(root().join("packs/gree-hvac")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
        }
    }
    let dir = folder.display().to_string();
    assert!(run(&town, &["pack", "check", &dir]).status.success());
    let file = folder.join("callback.toml");
    let text = fs::read_to_string(&file).unwrap();
    let at = text.lines().position(|it| it.starts_with("reopen_at")).unwrap() + 1;
    fs::write(&file, text.replace("reopen_at", "reopn_at")).unwrap();
    for (lang, word) in [("zh", "不认识"), ("en", "reopn_at")] {
        let said = run(&town, &["pack", "check", &dir, "--lang", lang]);
        let words = format!(
            "{}{}",
            String::from_utf8_lossy(&said.stdout),
            String::from_utf8_lossy(&said.stderr)
        );
        assert_eq!(said.status.code(), Some(1), "{words}");
        assert!(words.contains(&format!("callback.toml:{at}:1")), "{words}");
        assert!(words.contains("reopn_at") && !words.contains('⟨'), "{word}: {words}");
    }
}

#[tokio::test]
async fn a_newer_database_is_refused_in_words_and_left_alone() {
    everywhere("newerdb", async |town| {
        let work = async |mut tx: platform::db::Tx| {
            tx.run("insert into migrations (name) values ('9999_tomorrow')", &[]).await
        };
        town.app.db.act(work).await.unwrap();
        for (lang, word) in [("zh", "请升级程序"), ("en", "upgrade the program")] {
            for args in [
                &["serve", "--listen", "127.0.0.1:0", "--lang", lang][..],
                &["token", "create", "--login", "mei", "--lang", lang],
            ] {
                let said = program(town).args(args).output().unwrap();
                let words = String::from_utf8_lossy(&said.stderr).into_owned();
                assert_eq!(said.status.code(), Some(1), "{args:?}: {words}");
                assert!(words.contains(word) && words.contains("9999_tomorrow"), "{words}");
            }
            let said = run(town, &["check", "--lang", lang]);
            assert_eq!(said.status.code(), Some(1));
        }
    })
    .await;
}
