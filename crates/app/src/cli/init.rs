//! `baoxiu init`: an empty house with its first administrator.

use std::{process::ExitCode, sync::Arc};

use clap::Args;
use kernel::{Result, refusals};
use platform::db::Tx;
use rules::{
    org::OrgKind,
    policy::{Actor, Role},
};
use serde_json::json;

use super::{Where, place, place::Place, print};
use crate::{App, Cx, account, account::password, args, company, org, packs, say::Say};

refusals! {
    NOT_EMPTY Conflict "init.not_empty";
}

/// A one-time password is typed off a screen once.
const LETTERS: usize = 14;

#[derive(Debug, Args)]
pub struct Wish {
    #[command(flatten)]
    at: Where,
    #[arg(long, value_name = "ID")]
    pack: String,
    #[arg(long, value_name = "NAME")]
    company: Option<String>,
    #[arg(long, value_name = "LOGIN", default_value = "admin")]
    admin: String,
    #[arg(long)]
    json: bool,
}

pub async fn run(wish: Wish, say: Say) -> Result<ExitCode> {
    let pack = packs::read(&wish.pack)?;
    if let Some(folder) = &wish.at.data {
        place::make_folder(folder)?;
    }
    let app = Place::find(&wish.at)?.open().await?;
    if !place::is_empty(&app).await? {
        return Err(NOT_EMPTY.into());
    }
    let name = wish.company.clone().unwrap_or_else(|| pack.about.name.zh.clone());
    let (now, called) = (app.now(), name.clone());
    let load = async move |mut tx: Tx| {
        packs::load(&mut tx, &pack, now).await?;
        company::set(&mut tx, "company", &called).await
    };
    app.db.act(load).await?;
    app.learn().await?;
    let password = password::made_up((app.dice)().as_mut(), LETTERS);
    let login = first_administrator(&app, &name, &wish.admin, &password).await?;
    if wish.json {
        print(&json!({"login": login, "password": password}).to_string())?;
    } else {
        print(&say.with("init-done", &args! { "company" => name, "login" => login }))?;
        print(&say.with("init-password", &args! { "password" => password }))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Headquarters and the one person who may let in the others.
async fn first_administrator(
    app: &App,
    company: &str,
    login: &str,
    password: &str,
) -> Result<String> {
    let hashed = password::hash(app, password).await?;
    let house = org::ops::Draft { name: company.to_owned(), ..Default::default() };
    let admin = account::ops::Draft {
        login: login.to_owned(),
        name: login.to_owned(),
        roles: vec![Role::Admin.code().to_owned()],
        ..Default::default()
    };
    let work = async move |cx: &mut Cx| {
        let hq = org::ops::found(cx, OrgKind::Hq, None, &house).await?;
        let mut admin = admin.clone();
        let posts = &cx.company.pack.posts;
        let post = posts.iter().find(|it| it.tier == 1 && it.roles.contains(&Role::Admin));
        admin.post = post.map(|it| it.name.zh.clone());
        let person = account::ops::hire(cx, &hq.id, &admin, None).await?;
        account::ops::reset_password(cx, &person.id, &hashed).await?;
        Ok(person.login)
    };
    app.act(&Arc::new(Actor::house()), work).await
}
