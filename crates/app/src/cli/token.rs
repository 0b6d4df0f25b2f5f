//! `baoxiu token create`: a key for a program that acts as a person, shown once.

use std::{process::ExitCode, sync::Arc};

use clap::{Args, Subcommand};
use kernel::{Result, refusals};
use rules::policy::Actor;
use serde_json::json;

use super::{Where, place::Place, print};
use crate::{Cx, account};

refusals! {
    NOBODY NotFound "cli.nobody";
}

#[derive(Debug, Subcommand)]
pub enum Wish {
    Create(Create),
}

#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    at: Where,
    #[arg(long, value_name = "LOGIN")]
    login: String,
    #[arg(long, value_name = "N", default_value_t = 30,
          value_parser = clap::value_parser!(i64).range(1..=3650))]
    days: i64,
    #[arg(long, value_name = "NAME", default_value = "baoxiu token create")]
    label: String,
    #[arg(long)]
    json: bool,
}

pub async fn run(wish: Wish) -> Result<ExitCode> {
    let Wish::Create(wish) = wish;
    let app = Place::find_standing(&wish.at)?.open().await?;
    let (login, label, days) = (wish.login.clone(), wish.label.clone(), wish.days);
    let work = async move |cx: &mut Cx| {
        let person = account::ops::by_login(cx, &login.trim().to_lowercase()).await?;
        let person = person.ok_or_else(|| NOBODY.with("login", login.as_str()))?;
        account::ops::create_token(cx, &person.id, &label, days).await
    };
    let token = app.act(&Arc::new(Actor::house()), work).await?;
    match wish.json {
        true => print(&json!({"login": wish.login, "token": token}).to_string())?,
        false => print(&token)?,
    }
    Ok(ExitCode::SUCCESS)
}
