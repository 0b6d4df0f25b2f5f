//! The whole house behind one door: routes, the layers around them, and how it is served.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    http::{HeaderValue, StatusCode, header},
    middleware,
    routing::get,
};
use axum_server::{
    Handle, Server,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use hyper_util::rt::TokioTimer;
use tower::util::option_layer;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, limit::RequestBodyLimitLayer,
    set_header::SetResponseHeaderLayer, timeout::TimeoutLayer,
};

use crate::{
    App, desk,
    edge::{self, wire::Gate},
    pulse::{Beat, Pulse},
};

/// How long what is under way may take when the process is told to end.
const FAREWELL: Duration = Duration::from_secs(10);
/// Within this time the head of a request is there, or the wire is cut: also between two of them.
const HEAD: Duration = Duration::from_secs(30);
/// What the head of a request may weigh; more than a hundred lines nobody reads anyway.
const HEAD_BYTES: usize = 64 << 10;
/// No script, style or picture but our own.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Who came over HTTPS once does not come without it for a year.
const HSTS: &str = "max-age=31536000";

/// Every route with everything around it.
pub fn router(app: App) -> Router {
    let secure = app.config.secure_cookies;
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
        .layer(middleware::from_fn_with_state(app.clone(), edge::room))
        .layer(middleware::from_fn_with_state(app.clone(), edge::limit))
        .layer(middleware::from_fn_with_state(app.clone(), edge::identify))
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, app.config.patience))
        .layer(RequestBodyLimitLayer::new(edge::MOST))
        .layer(middleware::from_fn_with_state(app.clone(), edge::dress))
        .layer(CompressionLayer::new())
        .layer(fixed(header::CONTENT_SECURITY_POLICY, CSP))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "same-origin"))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .layer(option_layer(secure.then(|| fixed(header::STRICT_TRANSPORT_SECURITY, HSTS))))
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
pub async fn serve(app: App, listener: std::net::TcpListener) -> anyhow::Result<()> {
    let mut server = axum_server::from_tcp(listener)?.acceptor(Gate::new(true));
    bound(&mut server);
    let (handle, watch) = until_told(&app.pulse);
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    server.handle(handle).serve(service).await?;
    watch.abort();
    Ok(())
}

/// The same over HTTPS.
pub async fn serve_tls(
    app: App,
    listener: std::net::TcpListener,
    tls: RustlsConfig,
) -> anyhow::Result<()> {
    let acceptor = RustlsAcceptor::new(tls).acceptor(Gate::new(false));
    let mut server = axum_server::from_tcp(listener)?.acceptor(acceptor);
    bound(&mut server);
    let (handle, watch) = until_told(&app.pulse);
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    server.handle(handle).serve(service).await?;
    watch.abort();
    Ok(())
}

/// The head of a request has an end, in time and in size.
fn bound<A>(server: &mut Server<SocketAddr, A>) {
    let mut http = server.http_builder().http1();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    http.max_buf_size(HEAD_BYTES);
}

/// What ends the service, and who waits for the word.
fn until_told(pulse: &Arc<Pulse>) -> (Handle<SocketAddr>, tokio::task::JoinHandle<()>) {
    let handle = Handle::new();
    let ending = handle.clone();
    let pulse = Arc::clone(pulse);
    let watch = tokio::spawn(async move {
        told_to_end().await;
        // Pages that listen would hold up the end.
        pulse.beat(Beat::End);
        ending.graceful_shutdown(Some(FAREWELL));
    });
    (handle, watch)
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
