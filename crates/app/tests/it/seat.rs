//! What the seat promises to every use case, on both engines.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
};

use baoxiu::Cx;
use kernel::{Refusal, Result, Value};
use platform::db::{NEWER, Pace};
use rules::policy::Actor;
use serde_json::json;
use tokio::{sync::Notify, task::JoinHandle};

use crate::town::{On, Town, everywhere, skipped, wang};

/// Sent on its way; the caller goes on.
fn act<T: Send + 'static>(
    town: &Town,
    work: impl AsyncFn(&mut Cx) -> Result<T> + Send + 'static,
) -> JoinHandle<Result<T>> {
    let app = town.app.clone();
    tokio::spawn(async move { app.act(&Arc::new(Actor::house()), work).await })
}

/// The kinds of what was recorded of the test itself, in the order in which it happened.
async fn happened(town: &Town) -> Vec<String> {
    let sql = "select kind from events where subject = 'seat' order by seq";
    let rows = town.app.db.look(async move |mut tx| tx.rows(sql, &[]).await);
    rows.await.unwrap().iter().map(|row| row.get(0).unwrap()).collect()
}

async fn note(cx: &mut Cx, kind: &'static str) -> Result<()> {
    cx.record(kind, "seat", json!({})).await
}

#[tokio::test]
async fn of_ten_who_read_the_same_version_one_writes() {
    everywhere("stale", async |town| {
        let order = town.fault().await;
        let version = town.get("mei", &format!("/orders/{order}")).await.json["version"].clone();
        let cells = [Value::Text(order), Value::Text("accepted".into())];
        let cells = [&cells[..], &[Value::Int(version.as_i64().unwrap())]].concat();
        let hands: Vec<_> = (0..10)
            .map(|_| {
                let cells = cells.clone();
                let columns = ["id", "status", "version"];
                act(town, async move |cx| cx.tx.update("orders", &columns, &cells).await)
            })
            .collect();
        let mut answers = Vec::new();
        for hand in hands {
            answers.push(hand.await.unwrap());
        }
        let stale = |it: &&Result<()>| it.as_ref().is_err_and(|error| error.is(&Refusal::STALE));
        assert_eq!(answers.iter().filter(|it| it.is_ok()).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(stale).count(), 9, "{answers:?}");
    })
    .await;
}

#[tokio::test]
async fn who_fails_leaves_nothing_and_the_neighbours_stay() {
    everywhere("neighbours", async |town| {
        let (open, gate) = mpsc::channel::<()>();
        // While the first one holds everybody up, the others gather behind it and become a group.
        let first = act(town, async move |cx| {
            note(cx, "first").await?;
            // Until nobody holds the gate any more, however often this is called.
            assert!(gate.recv().is_err());
            Ok(())
        });
        let before = act(town, async |cx| note(cx, "before").await);
        let refused = act(town, async |cx| {
            note(cx, "refused").await?;
            Err::<(), _>(Refusal::NOT_ALLOWED.into())
        });
        let panicked = act(town, async |cx| {
            note(cx, "panicked").await?;
            panic!("on purpose");
            #[expect(unreachable_code, reason = "says what the use case would have returned")]
            Ok(())
        });
        let after = act(town, async |cx| note(cx, "after").await);
        tokio::task::yield_now().await;
        drop(open);

        for kept in [first, before, after] {
            kept.await.unwrap().unwrap();
        }
        assert!(refused.await.unwrap().unwrap_err().is(&Refusal::NOT_ALLOWED));
        assert_eq!(panicked.await.unwrap().unwrap_err().to_string(), "the use case panicked");
        let mut happened = happened(town).await;
        happened.sort();
        assert_eq!(happened, ["after", "before", "first"]);
    })
    .await;
}

#[tokio::test]
async fn a_use_case_waits_for_nothing_but_its_database() {
    everywhere("waits", async |town| {
        let waits = act(town, async |cx| {
            note(cx, "waited").await?;
            std::future::pending::<()>().await;
            Ok(())
        });
        // PostgreSQL has a connection for each, so waiting there hurts only the one who waits.
        if town.on == On::Sqlite {
            let error = waits.await.unwrap().unwrap_err();
            assert_eq!(error.to_string(), "a use case may wait for its database only; use a job");
        }
        assert_eq!(happened(town).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn nobody_hears_yes_before_the_commit() {
    everywhere("commit", async |town| {
        let late = "create table late (id text primary key,
            parent text not null references orders (id) deferrable initially deferred)";
        act(town, async |cx| cx.tx.run(late, &[]).await).await.unwrap().unwrap();
        // All goes well until the commit, which finds that the parent never came.
        let orphan = act(town, async |cx| {
            note(cx, "orphan").await?;
            let cells = ["orphan", "nobody"].map(|it| Value::Text(it.into()));
            cx.tx.insert("late", &["id", "parent"], &cells).await
        });
        let error = orphan.await.unwrap().unwrap_err().to_string();
        assert!(error.starts_with("committing"), "{error}");
        assert_eq!(happened(town).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn who_looks_away_from_a_failed_statement_fails_too() {
    everywhere("away", async |town| {
        let away = act(town, async |cx| {
            note(cx, "away").await?;
            let _ = cx.tx.run("insert into nowhere values (1)", &[]).await;
            Ok(())
        });
        let error = away.await.unwrap().unwrap_err();
        assert_eq!(error.to_string(), "a use case went on after a statement that failed");
        assert_eq!(happened(town).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn what_was_sent_and_failed_comes_to_light() {
    everywhere("sent", async |town| {
        let again = act(town, async |cx| {
            note(cx, "sent").await?;
            let cells = ["same", "twice"].map(|it| Value::Text(it.into()));
            cx.tx.insert("settings", &["key", "value"], &cells).await?;
            cx.tx.insert("settings", &["key", "value"], &cells).await
        });
        assert!(again.await.unwrap().is_err());
        assert_eq!(happened(town).await, Vec::<String>::new());
    })
    .await;
}

async fn how_sure(town: &Town) -> i64 {
    act(town, async |cx| cx.tx.cell("pragma synchronous", &[]).await).await.unwrap().unwrap()
}

/// What is thrown away if it does not come to its end waits for no disk before.
#[tokio::test]
async fn what_was_made_afresh_is_made_sure_of_in_the_end() {
    everywhere("pace", async |town| {
        if town.on != On::Sqlite {
            return;
        }
        assert_eq!(how_sure(town).await, 2);
        town.app.db.work(Pace::Fresh).await.unwrap();
        assert_eq!(how_sure(town).await, 0);
        act(town, async |cx| note(cx, "fresh").await).await.unwrap().unwrap();
        town.app.db.work(Pace::Usual).await.unwrap();
        assert_eq!(how_sure(town).await, 2);
        assert_eq!(happened(town).await, ["fresh"]);
    })
    .await;
}

#[tokio::test]
async fn who_hangs_up_stops_nothing() {
    everywhere("hangs", async |town| {
        let gone = act(town, async |cx| note(cx, "gone").await);
        tokio::task::yield_now().await;
        gone.abort();
        while happened(town).await.is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn who_only_looks_changes_nothing() {
    everywhere("looks", async |town| {
        let looked = town.app.db.look(async |mut tx| tx.run("delete from events", &[]).await).await;
        assert!(looked.is_err());
    })
    .await;
}

/// Only PostgreSQL lets two use cases wait for each other. Each has taken what the other wants.
#[tokio::test]
async fn who_got_in_each_others_way_both_arrive() {
    static STARTS: AtomicU32 = AtomicU32::new(0);
    everywhere("deadlock", async |town| {
        if town.on == On::Sqlite {
            return;
        }
        let (one, two) = (town.fault().await, town.fault().await);
        let both = |first: &str, second: &str| {
            let ids = [first, second].map(|id| Value::Text(id.to_owned()));
            act(town, async move |cx| {
                STARTS.fetch_add(1, Ordering::Relaxed);
                for id in &ids {
                    cx.tx.hold("orders", id).await?;
                    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                }
                Ok(())
            })
        };
        let hands = [both(&one, &two), both(&two, &one)];
        for hand in hands {
            hand.await.unwrap().unwrap();
        }
        assert_eq!(STARTS.load(Ordering::Relaxed), 3);
    })
    .await;
}

/// On PostgreSQL eight hands file the same thing at once: one does, the others find its file.
#[tokio::test(flavor = "multi_thread")]
async fn what_many_file_at_once_is_filed_once() {
    everywhere("twice", async |town| {
        for round in 0..6 {
            let mut body = wang();
            body["customer"]["phone"] = json!(format!("1380013800{round}"));
            body["device"]["serial"] = json!(format!("SERIAL{round}"));
            if round % 2 == 0 {
                body["device"] = json!({});
            }
            let hands = (0..8).map(|_| town.post("mei", "/requests", body.clone()));
            for answer in futures_util::future::join_all(hands).await {
                assert_eq!(answer.status, 201, "{}", answer.text);
            }
            let all = town.get("mei", "/customers").await.json;
            assert_eq!(all["items"].as_array().unwrap().len(), round + 1, "{all}");
        }
        assert_eq!(town.get("mei", "/devices").await.json["items"].as_array().unwrap().len(), 3);
        let orders = town.get("mei", "/orders").await.json;
        let orders = orders["items"].as_array().unwrap();
        let numbers: BTreeSet<_> = orders.iter().map(|it| it["number"].as_str()).collect();
        assert_eq!((orders.len(), numbers.len()), (48, 48));
    })
    .await;
}

#[tokio::test]
async fn a_database_newer_than_the_program_is_not_touched() {
    everywhere("newer", async |town| {
        let later = "insert into migrations (name) values ('9999_later')";
        act(town, async |cx| cx.tx.run(later, &[]).await).await.unwrap().unwrap();
        let error = town.app.migrate().await.unwrap_err();
        assert!(error.is(&NEWER), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_changed_event_breaks_the_chain_and_is_named() {
    everywhere("chain", async |town| {
        town.fault().await;
        platform::events::seal_committed(&town.app.db).await.unwrap();
        let whole = platform::events::audit(&town.app.db, town.app.now()).await.unwrap();
        assert_eq!((whole.broken.clone(), whole.unsealed, whole.late), (None, 0, false));
        let sql = "update events set actor = 'somebody' where kind = 'order.opened' returning id";
        let id: String = act(town, async |cx| cx.tx.cell(sql, &[]).await).await.unwrap().unwrap();
        let broken = platform::events::audit(&town.app.db, town.app.now()).await.unwrap().broken;
        let broken = broken.expect("the change is noticed");
        assert_eq!((broken.id, broken.why), (id, "changed"));
    })
    .await;
}

/// Whoever has drawn a running number and takes their time holds nobody up. What comes to nothing leaves a
/// gap, and no number is given twice.
#[tokio::test]
async fn nobody_waits_for_anybody_elses_running_number() {
    if std::env::var("BAOXIU_TEST_POSTGRES").is_err() {
        return skipped("running numbers on PostgreSQL: BAOXIU_TEST_POSTGRES names no server");
    }
    let town = Town::new("numbers", On::Postgres).await;
    let (drawn, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (told, waits) = (Arc::clone(&drawn), Arc::clone(&go_on));
    let slow = act(&town, async move |cx| {
        let number = cx.next_number("seat").await?;
        told.notify_one();
        waits.notified().await;
        Ok(number)
    });
    drawn.notified().await;
    let quick = act(&town, async |cx| cx.next_number("seat").await).await.unwrap().unwrap();
    let nothing = act(&town, async |cx| {
        cx.next_number("seat").await?;
        Err::<i64, _>(Refusal::NOT_ALLOWED.into())
    });
    assert!(nothing.await.unwrap().is_err());
    go_on.notify_one();
    assert_eq!((slow.await.unwrap().unwrap(), quick), (1, 2));
    let hands: Vec<_> =
        (0..20).map(|_| act(&town, async |cx| cx.next_of_both(["seat", "sit"]).await)).collect();
    let mut numbers = BTreeSet::new();
    for hand in hands {
        numbers.insert(hand.await.unwrap().unwrap());
    }
    assert_eq!(numbers.len(), 20, "{numbers:?}");
    let first = numbers.iter().map(|it| it[0]).min();
    assert_eq!(first, Some(4), "the third came to nothing");
}

/// What one reader has at hand another would have to fetch again; but nobody waits for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_reader_does_what_one_can_do_and_several_what_comes_at_once() {
    let town = Town::new("readers", On::Sqlite).await;
    let who = async |slow: bool| {
        let look = town.app.db.look(async move |_| {
            if slow {
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
            Ok(format!("{:?}", std::thread::current().id()))
        });
        look.await.unwrap()
    };
    let mut one_by_one = BTreeSet::new();
    for _ in 0..40 {
        one_by_one.insert(who(false).await);
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    // Somebody may ask while the one is on the way back to its chair.
    assert!(one_by_one.len() < 4, "{one_by_one:?}");
    let at_once = tokio::join!(who(true), who(true), who(true), who(true), who(true), who(true));
    let at_once = [at_once.0, at_once.1, at_once.2, at_once.3, at_once.4, at_once.5];
    assert_eq!(BTreeSet::from(at_once).len(), 4, "all of them");
}
