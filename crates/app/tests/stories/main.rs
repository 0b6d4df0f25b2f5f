//! The packs' stories, told in Chinese and run over HTTP against a fresh system with that pack.
//! What each sentence means stands in `packs/README.md`. Scenarios marked `@later` are counted.
#![allow(clippy::unwrap_used, dead_code, reason = "a test that finds nothing fails")]

mod acting;
mod deciding;
mod judging;
mod scene;
mod seeing;
#[path = "../it/town.rs"]
mod town;

use cucumber::{
    World as _, WriterExt as _, gherkin::Step, given, then, when, writer, writer::Stats as _,
};
use scene::Scene;

/// One sentence, whichever word it begins with.
#[given(regex = r"^(.*)$")]
#[when(regex = r"^(.*)$")]
#[then(regex = r"^(.*)$")]
async fn sentence(scene: &mut Scene, text: String, step: &Step) {
    let rows = step.table.as_ref().map(|it| it.rows.clone()).unwrap_or_default();
    scene.hear(text.trim_end_matches(':').trim_end_matches('：'), &rows).await;
}

#[tokio::main]
async fn main() {
    // `cargo test NAME` and `--list` speak to every test binary; stories have names of their own.
    if std::env::args().any(|it| it == "--list") {
        return;
    }
    let packs = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs");
    let law = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stories/law");
    let (mut passed, mut failed) = (0, 0);
    for folder in [packs, law] {
        let told = Scene::cucumber()
            .with_default_cli()
            .max_concurrent_scenarios(4)
            .with_writer(writer::Basic::stdout().summarized())
            .filter_run(folder, |_, _, scenario| !scenario.tags.iter().any(|it| it == "later"))
            .await;
        let stats = told.scenarios_stats();
        passed += stats.passed;
        failed += stats.failed + told.parsing_errors() + told.hook_errors();
    }
    let later = later(packs);
    println!("{later} scenarios are for later");
    let word = if failed == 0 && passed > 0 { "ok" } else { "FAILED" };
    println!(
        "test result: {word}. {passed} passed; {failed} failed; {later} ignored; 0 measured; \
         0 filtered out; finished in 0.00s"
    );
    if word != "ok" {
        std::process::exit(1);
    }
}

/// How many scenarios say what the product cannot do yet.
fn later(packs: &str) -> usize {
    let stories = std::fs::read_dir(packs).unwrap();
    let texts = stories
        .filter_map(|it| std::fs::read_to_string(it.ok()?.path().join("story.feature")).ok());
    texts.map(|text| text.lines().filter(|it| it.trim() == "@later").count()).sum()
}
