//! The house as people see it: Chromium opens the demo's pages as each of its people, on a desk
//! and on a phone, in both languages, and walks the main job by hand. The pictures stay in
//! `test-output/screenshots`.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing fails")]

mod desk;
mod house;
mod look;
mod page;
mod person;
mod story;
mod trouble;
mod without;

use house::{DESK, House, PHONE, browser_is_here};
use tokio::sync::Mutex;

/// The stories send the same technicians of one house: two at once would meet in their free hours.
static STORY: Mutex<()> = Mutex::const_new(());

/// Every area of every person, both sizes, both languages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_every_person_can_be_looked_at() {
    if !browser_is_here() {
        return;
    }
    let house = House::open().await;
    none(look::at_everything(&house).await);
}

/// 从来电到回访: taken by keyboard, told, sent, done on the phone, signed, called back, closed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_main_job_is_walked_at_a_desk() {
    if !browser_is_here() {
        return;
    }
    let house = House::open().await;
    let _turn = STORY.lock().await;
    none(story::main_job(&house, DESK, "zh-CN").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_main_job_is_walked_on_a_phone() {
    if !browser_is_here() {
        return;
    }
    let house = House::open().await;
    let _turn = STORY.lock().await;
    none(story::main_job(&house, PHONE, "zh-CN").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_main_job_is_walked_in_english() {
    if !browser_is_here() {
        return;
    }
    let house = House::open().await;
    let _turn = STORY.lock().await;
    none(story::main_job(&house, DESK, "en").await);
}

/// 拒单, 转单, 挂起, 恢复, 取消, 不满意, 投诉.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_go_smoothly_is_walked_too() {
    if !browser_is_here() {
        return;
    }
    let house = House::open().await;
    let _turn = STORY.lock().await;
    none(trouble::what_goes_wrong(&house).await);
}

/// Lists, many at once, a workbench that moves, a form that outlives its tab, names of any length.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_at_a_desk_is_walked() {
    if !browser_is_here() {
        return;
    }
    let house = House::open().await;
    let _turn = STORY.lock().await;
    none(desk::all_day(&house, "zh-CN").await);
}

/// Reading and sending forms where scripts are forbidden.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_work_without_a_script() {
    if !browser_is_here() {
        return;
    }
    let house = House::open().await;
    let _turn = STORY.lock().await;
    none(without::script(&house).await);
}

fn none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
