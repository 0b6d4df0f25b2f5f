//! `baoxiu serve`: the house opens its doors.

use std::{net::SocketAddr, process::ExitCode};

use clap::Args;
use kernel::{Result, refusals};

use super::{Where, place::Place};
use crate::{App, say::Say, schedule, server};

refusals! {
    ADDRESS_TAKEN Unavailable "cli.address_taken";
    BAD_ADDRESS   Invalid     "cli.bad_address";
}

pub const LISTEN: &str = "127.0.0.1:8080";

#[derive(Debug, Args)]
pub struct Wish {
    #[command(flatten)]
    at: Where,
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
}

pub async fn run(wish: Wish, _say: Say) -> Result<ExitCode> {
    let place = Place::find(&wish.at)?;
    let app = place.open().await?;
    let listen = wish.listen.as_deref().or(place.settings.get("listen")).unwrap_or(LISTEN);
    let listener = bind(listen).await?;
    eprintln!("{}", url(listener.local_addr().ok(), "http"));
    serve(app, listener).await?;
    Ok(ExitCode::SUCCESS)
}

pub async fn bind(listen: &str) -> Result<tokio::net::TcpListener> {
    let wrong = |e: std::io::Error| {
        let refusal = match e.kind() {
            std::io::ErrorKind::InvalidInput => BAD_ADDRESS,
            _ => ADDRESS_TAKEN,
        };
        refusal.with("address", listen).with("why", e.to_string())
    };
    Ok(tokio::net::TcpListener::bind(listen).await.map_err(wrong)?)
}

/// How a browser on this machine reaches it.
pub fn url(at: Option<SocketAddr>, scheme: &str) -> String {
    let Some(at) = at else { return String::new() };
    let host = if at.ip().is_unspecified() { "127.0.0.1".into() } else { at.ip().to_string() };
    format!("{scheme}://{host}:{}", at.port())
}

/// Serves, with the schedule beside it, until the process is told to end.
pub async fn serve(app: App, listener: tokio::net::TcpListener) -> Result<()> {
    let schedule = tokio::spawn(schedule::keep_going(app.clone()));
    let served = server::serve(app, listener).await;
    schedule.abort();
    Ok(served?)
}
