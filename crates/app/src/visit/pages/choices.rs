//! Quick choices for what was found and done: what the outlet found most often under this fault
//! code, then what the pack lists for it, then everything else, then one's own words.

use maud::{Markup, html};
use rules::pack::{Fault, Name, Phrase};

use crate::{
    args,
    ui::{Form, Frame, Typed, star},
    visit::job::{Job, Usual},
};

/// More than these are behind "more".
const FIRST: usize = 5;

struct Choice<'a> {
    /// As it is stored: in the words of the pack.
    value: &'a str,
    name: Option<&'a Name>,
    times: i64,
}

/// 故障码: those of the category. Another code has other causes: the page is drawn anew with what
/// is chosen so far.
pub fn codes(f: &Frame, job: &Job, typed: &Typed) -> Markup {
    let faults = f.company.pack.fault_codes(job.order.category.as_deref());
    let options: Vec<(String, String)> = faults
        .map(|it| (it.code.clone(), format!("{} {}", it.code, f.say.name(&it.name))))
        .collect();
    let action = format!("/jobs/{}/work", job.order.id);
    html! {
        (Form::new(f, typed)
            .select("fault_code", options, Some(f.t("choose")))
            .label(f.t("job-fault-code"))
            .required()
            .attr("hx-post", action))
        button class="btn btn-sm no-js" name="do" value="look" formnovalidate {
            (f.t("job-show-choices"))
        }
    }
}

/// 什么原因: one of them, or one's own words.
pub fn causes(f: &Frame, job: &Job, usual: &Usual, typed: &Typed) -> Markup {
    let fault = chosen(f, job, typed);
    let counts = usual.causes(fault.map(|it| it.code.as_str()));
    let listed = fault.map(|it| it.causes.as_slice());
    let all = sorted(&f.company.pack.causes, listed, &counts);
    question(f, typed, "cause", "radio", &all)
}

/// 怎么处理: often several things.
pub fn actions(f: &Frame, job: &Job, usual: &Usual, typed: &Typed) -> Markup {
    let fault = chosen(f, job, typed);
    let counts = usual.actions(fault.map(|it| it.code.as_str()));
    let listed = fault.map(|it| it.actions.as_slice());
    let all = sorted(&f.company.pack.actions, listed, &counts);
    question(f, typed, "action", "checkbox", &all)
}

/// The code that stands in the form, else the one that was reported.
fn chosen<'a>(f: &'a Frame, job: &Job, typed: &Typed) -> Option<&'a Fault> {
    let pack = &f.company.pack;
    match typed.text("fault_code") {
        Some(code) => pack.fault(&code),
        None => pack.fault(job.order.fault_code.as_deref()?),
    }
}

/// First what is usual under the code or stands there in the pack, then the rest of the pack.
fn sorted<'a>(
    pack: &'a [Phrase],
    listed: Option<&'a [String]>,
    counts: &'a [(String, i64)],
) -> (Vec<Choice<'a>>, Vec<Choice<'a>>) {
    let times = |value: &str| counts.iter().find(|it| it.0 == value).map_or(0, |it| it.1);
    let choice = |value: &'a str| Choice {
        value,
        name: pack.iter().map(|it| &it.name).find(|it| it.zh == value),
        times: times(value),
    };
    let mut first: Vec<Choice> = listed.unwrap_or_default().iter().map(|it| choice(it)).collect();
    for (value, times) in counts {
        // What somebody wrote once is no choice for everybody.
        let known = first.iter().any(|it| it.value == value);
        if !known && (*times > 1 || pack.iter().any(|it| it.name.zh == *value)) {
            first.push(choice(value));
        }
    }
    if first.is_empty() {
        first.extend(pack.iter().take(FIRST).map(|it| choice(&it.name.zh)));
    }
    first.sort_by_key(|it| std::cmp::Reverse(it.times));
    first.truncate(FIRST.max(listed.map_or(0, <[String]>::len)));
    let rest = pack.iter().filter(|it| !first.iter().any(|one| one.value == it.name.zh));
    let rest = rest.map(|it| choice(&it.name.zh)).collect();
    (first, rest)
}

fn question(
    f: &Frame,
    typed: &Typed,
    name: &str,
    kind: &str,
    (first, rest): &(Vec<Choice>, Vec<Choice>),
) -> Markup {
    let own = format!("{name}_text");
    let in_rest = rest.iter().any(|it| typed.has(name, it.value));
    let wrong = wrong(f, typed, name);
    html! {
        fieldset id={ "f-" (name) } {
            legend { (f.t(&format!("job-{name}"))) (star(true)) }
            @if let Some(wrong) = &wrong { div class="err" { (wrong) } }
            @for it in first { (option(f, typed, name, kind, it)) }
            details open[in_rest] {
                summary class="opt add" { (f.t("job-more-choices")) }
                @for it in rest { (option(f, typed, name, kind, it)) }
            }
            div class="field" {
                input class="form-control" name=(own) value=(typed.get(&own)) maxlength="500"
                    aria-label=(f.t("job-other")) placeholder=(f.t("job-other"));
            }
        }
    }
}

fn wrong(f: &Frame, typed: &Typed, name: &str) -> Option<String> {
    let refusal = typed.refusal.as_ref()?;
    refusal.fields.iter().find(|it| it.field == name).map(|it| f.say.field(it))
}

fn option(f: &Frame, typed: &Typed, name: &str, kind: &str, it: &Choice) -> Markup {
    let said = it.name.map_or_else(|| it.value.to_owned(), |name| f.say.name(name));
    html! {
        label class="pick whole" {
            input type=(kind) name=(name) value=(it.value) checked[typed.has(name, it.value)];
            span class="opt" {
                (said)
                @if it.times > 0 {
                    small { (f.with("job-times", &args! { "count" => it.times })) }
                }
            }
        }
    }
}
