//! Figures for whoever watches the house: requests by status, how long they took, what waits.
//! Shown to the machine itself, and to whoever has a token.

use std::{net::SocketAddr, sync::LazyLock, time::Duration};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Refusal, Result};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use platform::jobs;

use super::{Fail, Who};
use crate::App;

/// One recorder for the process; asked for the first time, it begins to listen.
static RECORDER: LazyLock<Option<PrometheusHandle>> =
    LazyLock::new(|| PrometheusBuilder::new().install_recorder().ok());

/// Counts every request by route and status, never by what stands in the address.
pub async fn count(request: Request, next: Next) -> Response {
    LazyLock::force(&RECORDER);
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().to_string();
    let began = tokio::time::Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    let labels = [("method", method), ("path", path), ("status", status)];
    metrics::counter!("baoxiu_http_requests_total", &labels).increment(1);
    let took: Duration = began.elapsed();
    metrics::histogram!("baoxiu_http_seconds", &labels[..2]).record(took.as_secs_f64());
    response
}

/// In the words of Prometheus.
pub async fn show(State(app): State<App>, request: Request) -> Result<Response, Fail> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let local = peer.is_some_and(|it| it.0.ip().is_loopback());
    let token = request.extensions().get::<Who>().is_some_and(|it| !it.session.browser);
    if !local && !token {
        return Err(Refusal::NOT_FOUND.into());
    }
    let waiting = app.db.look(async |mut tx| jobs::waiting(&mut tx).await);
    let (waiting, failed) = waiting.await?;
    metrics::gauge!("baoxiu_jobs_waiting").set(waiting as f64);
    metrics::gauge!("baoxiu_jobs_failed").set(failed as f64);
    let text = RECORDER.as_ref().map(PrometheusHandle::render).unwrap_or_default();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4");
    Ok(([(header::CONTENT_TYPE, kind)], text).into_response())
}
