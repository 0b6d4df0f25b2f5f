//! The house as people see it: Chromium opens the demo's pages as each of its people, on a desk
//! and on a phone, in both languages, and walks the main job by hand. The pictures stay in
//! `test-output/screenshots`.
#![allow(clippy::unwrap_used, reason = "a test that finds nothing fails")]

mod house;
mod look;

use house::{House, browser_is_here};

/// Every area of every person, both sizes, both languages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_every_person_can_be_looked_at() {
    if !browser_is_here() {
        return;
    }
    let _ = rustls::crypto::ring::default_provider().install_default();
    let house = House::open("look").await;
    let wrong = look::at_everything(&house).await;
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}
