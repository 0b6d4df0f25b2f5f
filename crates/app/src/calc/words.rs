//! What is wrong with a policy or a holiday file, in words and with its place.

use worktime::Problem;

use crate::{args, say::Say};

/// `policy.toml:8:28: These hours overlap: 08:30-12:00 11:30-17:00 (hours.mon[1])`.
pub fn told(problem: &Problem, file: &str, say: Say) -> String {
    let key = format!("worktime-{}", problem.code.replace('.', "-"));
    let said = say.with(&key, &args! { "value" => problem.value.clone() });
    let place = problem.place.map(|place| format!(":{place}")).unwrap_or_default();
    let field = match problem.field.as_str() {
        "" => String::new(),
        field => format!(" ({field})"),
    };
    format!("{file}{place}: {said}{field}")
}
