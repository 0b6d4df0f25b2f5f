//! `baoxiu serve`: the house opens its doors, over HTTP or HTTPS.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use axum_server::tls_rustls::RustlsConfig;
use clap::Args;
use kernel::{Result, refusals};

use super::{Where, complain, place::Place, trust::Trust};
use crate::{App, args, desk, say::Say, schedule, server};

refusals! {
    ADDRESS_TAKEN Unavailable "cli.address_taken";
    BAD_ADDRESS   Invalid     "cli.bad_address";
    BAD_TLS       Invalid     "cli.bad_tls";
}

pub const LISTEN: &str = "127.0.0.1:8080";

#[derive(Debug, Args)]
pub struct Wish {
    #[command(flatten)]
    at: Where,
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    #[arg(long, conflicts_with_all = ["tls_cert", "tls_key"])]
    tls_self: bool,
}

pub async fn run(wish: Wish, say: Say) -> Result<ExitCode> {
    let mut place = Place::find(&wish.at)?;
    let listen = wish.listen.as_deref().or(place.settings.get("listen")).unwrap_or(LISTEN);
    let listener = bind(listen).await?;
    let at = listener.local_addr().context("listening")?;
    let named = |option: &Option<PathBuf>, key: &str| {
        option.clone().or_else(|| place.settings.get(key).map(PathBuf::from))
    };
    let files = (named(&wish.tls_cert, "tls_cert"), named(&wish.tls_key, "tls_key"));
    let own = wish.tls_self || place.settings.is("tls_self", false)?;
    let tls = match (own, files) {
        (true, (None, None)) => {
            let folder = place.files.parent().map(|it| it.join("tls")).unwrap_or_default();
            let trust = Trust::make(&folder, at)?;
            let tls = config(trust.certificate.clone(), trust.key.clone()).await?;
            trust.explain(say).await?;
            Some(tls)
        }
        (false, (Some(cert), Some(key))) => Some(config(read(&cert)?, read(&key)?).await?),
        (false, (None, None)) => None,
        (true, _) => return Err(BAD_TLS.with("why", "tls_self, tls_cert, tls_key").into()),
        (false, _) => return Err(BAD_TLS.with("why", "tls_cert, tls_key").into()),
    };
    if tls.is_some() {
        place.settings.set("secure_cookies", "true");
    }
    place.settings.set("listen", &at.to_string());
    let app = place.open().await?;
    app.db.can_write().await?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    complain(&say.with("demo-open", &args! { "url" => url(at, scheme) }));
    warn(at, tls.is_some() || place.settings.is("secure_cookies", false)?, say);
    serve(app, listener, tls).await?;
    Ok(ExitCode::SUCCESS)
}

/// Whether others on the network can read along: it listens to more than its own machine, and speaks
/// HTTPS neither itself nor through a proxy, which says so by `secure_cookies`.
fn is_in_the_clear(at: SocketAddr, https: bool) -> bool {
    !https && !at.ip().is_loopback()
}

pub fn warn(at: SocketAddr, https: bool, say: Say) {
    if is_in_the_clear(at, https) {
        complain(&say.t("serve-in-the-clear"));
    }
}

fn read(file: &PathBuf) -> Result<Vec<u8>> {
    let why = |e| BAD_TLS.with("why", format!("{}: {e}", file.display()));
    Ok(std::fs::read(file).map_err(why)?)
}

async fn config(certificate: Vec<u8>, key: Vec<u8>) -> Result<RustlsConfig> {
    // Once per process; who was first does not matter.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let read = RustlsConfig::from_pem(certificate, key).await;
    Ok(read.map_err(|e| BAD_TLS.with("why", e.to_string()))?)
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
pub fn url(at: SocketAddr, scheme: &str) -> String {
    match at.ip().is_unspecified() {
        true => format!("{scheme}://127.0.0.1:{}", at.port()),
        false => format!("{scheme}://{at}"),
    }
}

/// Serves, with the schedule beside it, until the process is told to end.
pub async fn serve(
    app: App,
    listener: tokio::net::TcpListener,
    tls: Option<RustlsConfig>,
) -> Result<()> {
    let listener = listener.into_std().context("listening")?;
    let schedule = tokio::spawn(schedule::keep_going(app.clone()));
    let watch = tokio::spawn(desk::live::keep_watch(app.clone()));
    let served = match tls {
        None => server::serve(app, listener).await,
        Some(tls) => server::serve_tls(app, listener, tls).await,
    };
    schedule.abort();
    watch.abort();
    Ok(served?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_opens_to_the_network_without_https_is_warned() {
        let cases = [
            ("127.0.0.1:8080", false, false),
            ("[::1]:8080", false, false),
            ("0.0.0.0:8080", false, true),
            ("192.168.1.5:8080", false, true),
            ("[::]:8080", false, true),
            ("0.0.0.0:8443", true, false),
        ];
        for (at, https, warned) in cases {
            assert_eq!(is_in_the_clear(at.parse().unwrap(), https), warned, "{at} {https}");
        }
    }
}
