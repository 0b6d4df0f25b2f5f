//! How much one may ask: so many requests a second for a token or a session, fewer for an
//! address that nobody knows.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, header},
    middleware::Next,
    response::Response,
};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use kernel::refusals;

use super::{Fail, Who};
use crate::{App, app::Config};

refusals! {
    TOO_MANY TooMany "too_many";
}

pub struct Limits {
    token: Option<DefaultKeyedRateLimiter<String>>,
    address: Option<DefaultKeyedRateLimiter<IpAddr>>,
}

impl Limits {
    pub fn new(config: &Config) -> Limits {
        Limits {
            token: quota(config.rate_per_token).map(RateLimiter::keyed),
            address: quota(config.rate_per_address).map(RateLimiter::keyed),
        }
    }

    /// Forgets whom it has not seen for long; the schedule calls it.
    pub fn tidy(&self) {
        if let Some(token) = &self.token {
            token.retain_recent();
        }
        if let Some(address) = &self.address {
            address.retain_recent();
        }
    }
}

fn quota(per_second: u32) -> Option<Quota> {
    NonZeroU32::new(per_second).map(Quota::per_second)
}

pub async fn limit(State(app): State<App>, request: Request, next: Next) -> Response {
    // Scripts and pictures come by the dozen with every page, and cost nothing.
    let path = request.uri().path();
    if path.starts_with("/assets/") || path == "/healthz" || path == "/readyz" {
        return next.run(request).await;
    }
    let allowed = match request.extensions().get::<Who>() {
        Some(who) => {
            app.limits.token.as_ref().is_none_or(|it| it.check_key(&who.session.hash).is_ok())
        }
        None => {
            let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
            let address = peer.map_or(IpAddr::from([0, 0, 0, 0]), |it| it.0.ip());
            app.limits.address.as_ref().is_none_or(|it| it.check_key(&address).is_ok())
        }
    };
    if allowed {
        return next.run(request).await;
    }
    let mut response = Fail::response(TOO_MANY.with("seconds", 1i64).into());
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}
