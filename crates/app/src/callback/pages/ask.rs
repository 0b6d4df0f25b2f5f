//! The questions of the pack, asked on the phone, and what follows from the answers.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use kernel::Result;
use maud::{Markup, html};
use rules::{
    callback::{CallbackId, CallbackStatus, Said},
    order::{Order, Status},
    pack::{Question, QuestionKind},
};

use super::{
    super::Callback,
    one::{self, One},
    ops,
};
use crate::{
    App, Cx, account, args,
    edge::Fail,
    order,
    ui::{Form, Frame, Typed},
};

/// What can be kept of an answer; a question of the pack is one of these.
const KEPT: [&str; 5] = ["attitude", "quality", "solved", "nps", "text"];

pub fn form(f: &Frame, one: &One, typed: &Typed) -> Markup {
    let form = Form::new(f, typed);
    let action = format!("/callbacks/{}", one.callback.id);
    let end = html! {
        button class="btn btn-primary tall" name="reached" value="true" { (f.t("callback-save")) }
        button class="btn tall" name="reached" value="false" { (f.t("callback-not-reached")) }
    };
    let pack = &f.company.pack;
    let asked: Vec<&Question> =
        pack.questions.iter().filter(|it| KEPT.contains(&it.code.as_str())).collect();
    let fields = html! {
        @for it in &asked { (question(form, it)) }
        // A pack that asks nothing, or too little to know whether the customer is content.
        @for name in KEPT.iter().filter(|name| !asked.iter().any(|it| it.code == **name)) {
            (plain(form, name))
        }
    };
    form.post_with("callback", &action, end, fields)
}

fn question(form: Form, it: &Question) -> Markup {
    let word = form.f.say.name(&it.name);
    field(form, &it.code, it.answer, it.required, Some(word))
}

/// Asked in the words of the house.
fn plain(form: Form, name: &str) -> Markup {
    let (kind, required) = match name {
        "solved" => (QuestionKind::YesNo, true),
        "nps" => (QuestionKind::Nps, false),
        "text" => (QuestionKind::Text, false),
        _ => (QuestionKind::Score, true),
    };
    field(form, name, kind, required, None)
}

fn field(
    form: Form,
    name: &str,
    kind: QuestionKind,
    required: bool,
    word: Option<String>,
) -> Markup {
    let f = form.f;
    let marks = |from: i64, to: i64| (from..=to).map(|it| (it.to_string(), it.to_string()));
    let mut input = match kind {
        QuestionKind::Score => form.marks(name, marks(1, 5)).hint(f.t("callback-marks")),
        QuestionKind::Nps => form.marks(name, marks(0, 10)).hint(f.t("callback-marks-nps")),
        QuestionKind::YesNo => {
            let words = ["true", "false"].map(|it| (it.to_owned(), f.code("solved", it)));
            form.marks(name, words)
        }
        QuestionKind::Text => form.area(name, 3),
    };
    if let Some(word) = word {
        input = input.label(word);
    }
    if required {
        input = input.required();
    }
    html! { (input) }
}

/// 回访结果, and on to whom is to be called next.
pub async fn save(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let asked = CallbackId::parse(&id)?;
    let said = said(&typed);
    let work = async move |cx: &mut Cx| {
        let it = ops::answer(cx, &asked, &said).await?;
        let order = order::ops::known(cx, &it.order).await?;
        let owner = match &order.owner {
            Some(owner) => account::ops::person(cx, owner).await?.map(|it| it.name),
            None => None,
        };
        let next = ops::next(cx, &it.id).await?;
        Ok((it, order, owner, next))
    };
    match app.act(&f.who.actor, work).await {
        Ok((it, order, owner, next)) => {
            let to = next.map_or("/callbacks".to_owned(), |it| format!("/callbacks/{it}"));
            Ok(f.go_saying(&to, &outcome(&f, &it, &order, owner)))
        }
        Err(no) => {
            let kept = typed.refused(no)?;
            let one = one::read(&app, &f, &id).await?;
            Ok(one::draw(&f, &one, &kept).refused(&kept).into_response())
        }
    }
}

fn said(typed: &Typed) -> Said {
    let reached = typed.text("reached").as_deref() != Some("false");
    if !reached {
        return Said { reached, text: typed.text("text"), ..Said::default() };
    }
    Said {
        reached,
        attitude: typed.int("attitude"),
        quality: typed.int("quality"),
        solved: typed.text("solved").map(|it| it == "true"),
        nps: typed.int("nps"),
        text: typed.text("text"),
    }
}

/// What follows, in one sentence: closed, reopened and whose it is, or called again and when.
fn outcome(f: &Frame, it: &Callback, order: &Order, owner: Option<String>) -> String {
    let number = order.number.clone();
    match it.status {
        CallbackStatus::Unreachable => {
            f.with("callback-did-give-up", &args! { "number" => number, "tries" => it.tries })
        }
        CallbackStatus::Answered if order.status == Status::Closed => {
            f.with("callback-did-close", &args! { "number" => number })
        }
        CallbackStatus::Answered => match owner {
            Some(owner) => {
                f.with("callback-did-reopen", &args! { "number" => number, "owner" => owner })
            }
            None => f.with("callback-did-reopen-nobody", &args! { "number" => number }),
        },
        CallbackStatus::Due | CallbackStatus::Tried => {
            f.with("callback-did-miss", &args! { "number" => number, "due" => f.moment(it.due) })
        }
    }
}
