//! The whole house behind one door: routes, the layers around them, and how it is served.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    middleware,
    routing::get,
};
use axum_server::tls_rustls::RustlsConfig;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    set_header::SetResponseHeaderLayer, timeout::TimeoutLayer,
};

use crate::{App, desk, edge, pulse::Beat, visit::picture};

/// Nothing a person asks takes longer; exports and imports have ways of their own.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long what is under way may take when the process is told to end.
const FAREWELL: Duration = Duration::from_secs(10);
/// What any body may weigh; pictures are the largest.
const MOST: usize = picture::MOST_BYTES + (2 << 20);
/// No script, style or picture but our own.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Every route with everything around it.
pub fn router(app: App) -> Router {
    let fixed =
        |name, value| SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value));
    Router::new()
        .merge(desk::api::routes())
        .merge(pages())
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/metrics", get(edge::metrics::show))
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(middleware::from_fn(edge::metrics::count))
        .layer(middleware::from_fn_with_state(app.clone(), edge::limit))
        .layer(middleware::from_fn_with_state(app.clone(), edge::identify))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(app.clone(), edge::dress))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .layer(RequestBodyLimitLayer::new(MOST))
        .layer(CompressionLayer::new())
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CSP))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .with_state(app)
}

/// What people see, capability by capability.
fn pages() -> Router<App> {
    // One line each, in reading order.
    let all = [
        crate::ui::assets(),
        crate::org::pages::routes(),
        crate::account::pages::routes(),
        crate::order::pages::routes(),
        crate::notice::pages::routes(),
        crate::warranty::pages::routes(),
        crate::intake::pages::routes(),
        crate::dispatch::pages::routes(),
        crate::visit::pages::routes(),
        crate::callback::pages::routes(),
        crate::desk::admin::pages::routes(),
        crate::desk::pages::routes(),
    ];
    all.into_iter().fold(Router::new(), Router::merge)
}

/// Ready when the database answers.
async fn ready(axum::extract::State(app): axum::extract::State<App>) -> StatusCode {
    let asked = app.db.look(async |mut tx| tx.cell::<i64>("select 1", &[]).await).await;
    if asked.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

/// Serves until the process is told to end; what is under way is finished first.
pub async fn serve(app: App, listener: tokio::net::TcpListener) -> anyhow::Result<()> {
    let pulse = Arc::clone(&app.pulse);
    let ending = async move {
        told_to_end().await;
        // Pages that listen would hold up the end.
        pulse.beat(Beat::End);
    };
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(ending).await?;
    Ok(())
}

/// The same over HTTPS.
pub async fn serve_tls(
    app: App,
    listener: std::net::TcpListener,
    tls: RustlsConfig,
) -> anyhow::Result<()> {
    let handle = axum_server::Handle::new();
    let ending = handle.clone();
    let pulse = Arc::clone(&app.pulse);
    let watch = tokio::spawn(async move {
        told_to_end().await;
        pulse.beat(Beat::End);
        ending.graceful_shutdown(Some(FAREWELL));
    });
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
    server.serve(service).await?;
    watch.abort();
    Ok(())
}

async fn told_to_end() {
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut it) => drop(it.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! { () = interrupted => (), () = terminated => () }
}
