//! Why somebody is sent, or cannot be, in the reader's words.

use super::ops::Choice;
use crate::{args, say::Say};

/// Why this one, or why not.
pub fn why(say: Say, it: &Choice) -> String {
    if let Some(obstacle) = it.obstacle {
        let refusal = obstacle.refusal().with("technician", it.technician.name.as_str());
        return say.refusal(&refusal);
    }
    if it.free.is_empty() {
        return say.t("why-full");
    }
    let mut parts = Vec::new();
    if it.knows_device {
        parts.push(say.t("why-knows-device"));
    }
    let jobs = args! { "count" => it.today as i64 };
    parts.push(say.with("why-jobs", &jobs));
    parts.join(if say.is_chinese() { "，" } else { ", " })
}
