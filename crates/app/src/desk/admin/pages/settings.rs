//! 公司设置: what the company says of itself, changed here; and what whoever started the program
//! said in a file, the environment or the command line, shown with where it stands.

use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use kernel::{Lang, Refusal, Result};
use maud::{Markup, html};
use rules::policy::Act;

use super::security::idle_word;
use crate::{
    App, Cx,
    app::Config,
    company,
    config::KEYS,
    edge::Fail,
    ui::{
        Column, Form, Frame, Page, Typed, card, facts_one, heading, or_dash, page, settings_tabs,
        table,
    },
};

pub fn routes() -> Router<App> {
    Router::new().route("/admin/settings", get(show).post(change))
}

async fn show(State(app): State<App>, f: Frame) -> Result<Page, Fail> {
    let read = app.look(&f.who.actor, async |cx: &mut Cx| {
        cx.may(Act::AccountManage)?;
        company::edition(&mut cx.tx).await
    });
    let edition = read.await?;
    let typed = Typed::of([
        ("company", Some(f.company.name.clone())),
        ("lang", Some(f.company.lang.code().to_owned())),
        ("edition", Some(edition.to_string())),
    ]);
    Ok(draw(&f, &app.config, &typed))
}

fn draw(f: &Frame, config: &Config, typed: &Typed) -> Page {
    let form = Form::new(f, typed);
    let langs = [Lang::Zh, Lang::En].map(|it| (it.code().to_owned(), f.code("lang", it.code())));
    let fields = html! {
        (form.hidden("edition"))
        (form.text("company").required().attr("maxlength", "60").hint(f.t("company-hint")))
        (form.segments("lang", langs).label(f.t("company-lang")))
        p class="hint" { (f.t("company-lang-hint")) }
    };
    let title = f.t("tab-settings");
    let body = html! {
        (heading(None, &title, html! {}))
        (settings_tabs(f, "settings"))
        div class="cols" {
            div class="stack" {
                (card(&f.t("company-own"), form.post("company", "/admin/settings", "save", fields)))
                (card(&f.t("setting-outside"), html! {
                    p class="hint" { (f.t("setting-outside-what")) }
                    (outside(f, config))
                }))
            }
            div class="stack" { (elsewhere(f)) }
        }
    };
    page(f, &title, body).refused(typed)
}

/// What is set elsewhere: in the pack, by security.
fn elsewhere(f: &Frame) -> Markup {
    let company = &f.company;
    let pack = html! {
        a href="/admin/packs" { (f.name(&company.pack.about.name)) }
        " " (company.pack.about.version)
    };
    let minutes = company.idle.whole_minutes();
    let all = [
        (f.t("pack"), pack),
        (
            f.t("company-zone"),
            html! {
                (company.zone_name) " " span class="muted" { (f.t("from-pack")) }
            },
        ),
        (
            f.t("password-rules"),
            html! {
                (f.code("password-profile", company.passwords.code())) " "
                span class="muted" { (f.t("from-security")) }
            },
        ),
        (f.t("idle"), html! { (idle_word(f, minutes)) }),
        (
            f.t("messages"),
            html! {
                (f.t(if company.sends_messages { "messages-sent" } else { "messages-read-aloud" }))
            },
        ),
    ];
    card(&f.t("company-elsewhere"), facts_one(&all))
}

/// One key of the file, with what holds and why.
struct Line {
    key: &'static str,
    variable: &'static str,
    value: Option<String>,
    from: Option<&'static str>,
    secret: bool,
}

fn outside(f: &Frame, config: &Config) -> Markup {
    let lines: Vec<Line> = KEYS
        .iter()
        .map(|(key, variable)| {
            let said = config.said.iter().find(|it| it.key == *key);
            Line {
                key,
                variable,
                value: said.map_or_else(|| config.by_default(key), |it| it.value.clone()),
                from: said.map(|it| it.from.code()),
                secret: said.is_some_and(|it| it.value.is_none()),
            }
        })
        .collect();
    let columns = [
        Column::new(f.t("setting-what"), |it: &Line| {
            html! { (f.code("setting", it.key)) }
        })
        .title(),
        Column::new(f.t("setting-value"), |it: &Line| {
            if it.secret {
                return html! { span class="muted" { (f.t("setting-secret")) } };
            }
            or_dash(it.value.as_deref())
        })
        .line()
        .wraps(),
        Column::new(f.t("setting-where"), |it: &Line| match it.from {
            Some(from) => html! { (f.code("setting-from", from)) },
            None => html! { span class="muted" { (f.t("setting-default")) } },
        })
        .due(),
        Column::new(f.t("setting-key"), |it: &Line| {
            html! { code { (it.key) } " / " code { (it.variable) } }
        })
        .quiet()
        .wraps(),
    ];
    table(f, &columns, &lines, html! {}, html! {})
}

async fn change(State(app): State<App>, f: Frame, typed: Typed) -> Result<Response, Fail> {
    let said = typed.clone();
    // Whoever may not change it does not even see what was wrong with what they sent.
    app.look(&f.who.actor, async |cx: &mut Cx| cx.may(Act::AccountManage).map(|_| ())).await?;
    let done = app.act(&f.who.actor, async move |cx: &mut Cx| {
        let lang = Lang::parse(&said.get("lang"));
        let draft = company::Draft {
            name: said.get("company"),
            lang: lang.ok_or_else(|| Refusal::field("lang", "unknown_choice"))?,
            edition: said.int("edition"),
        };
        company::change(cx, &draft).await
    });
    match done.await {
        Ok(()) => {
            app.learn().await?;
            Ok(f.go("/admin/settings", "company-is-changed"))
        }
        Err(no) => Ok(draw(&f, &app.config, &typed.refused(no)?).into_response()),
    }
}
