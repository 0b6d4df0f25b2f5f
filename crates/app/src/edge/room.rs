//! How much there is room for at once: bodies that weigh something, and files that are written
//! for people. Whoever finds no room waits a little, and is then told to come back; everybody
//! else goes on, and the memory of the house stays what it is.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, HttpBody as _},
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use futures_util::StreamExt as _;
use kernel::{Refusal, refusals};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Fail, Who};
use crate::{App, app::Config};

refusals! {
    TOO_LARGE TooLarge    "too_large";
    BUSY      Unavailable "busy";
}

/// What any body may weigh: the largest picture, and the form around it.
pub const MOST: usize = 22 << 20;
/// Bodies up to here are kept by everybody at once without harm.
const LIGHT: u64 = 64 << 10;
/// In kilobytes, what all heavier bodies may weigh together: four of the heaviest.
const BODIES: usize = 96 << 10;
/// Files written at once: half of those who read on SQLite, so that a slow report never holds up
/// who only looks.
const FILES: usize = 2;

pub struct Room {
    bodies: Arc<Semaphore>,
    files: Arc<Semaphore>,
    wait: Duration,
}

impl Room {
    pub fn new(config: &Config) -> Room {
        let places = |number| Arc::new(Semaphore::new(number));
        Room { bodies: places(BODIES), files: places(FILES), wait: config.wait }
    }

    async fn places(&self, weight: u64, slow: bool) -> Result<Places, Refusal> {
        let kilobytes = u32::try_from(weight.div_ceil(1 << 10)).unwrap_or(u32::MAX);
        let body = match weight > LIGHT {
            true => Some(self.place(&self.bodies, kilobytes).await?),
            false => None,
        };
        let file = if slow { Some(self.place(&self.files, 1).await?) } else { None };
        Ok(Places { body, file })
    }

    async fn place(&self, of: &Arc<Semaphore>, size: u32) -> Result<OwnedSemaphorePermit, Refusal> {
        let asked = Arc::clone(of).acquire_many_owned(size);
        match tokio::time::timeout(self.wait, asked).await {
            Ok(Ok(place)) => Ok(place),
            _ => Err(BUSY),
        }
    }
}

/// What one request takes up.
struct Places {
    body: Option<OwnedSemaphorePermit>,
    file: Option<OwnedSemaphorePermit>,
}

/// Lets in what there is room for.
pub async fn room(State(app): State<App>, request: Request, next: Next) -> Response {
    let known = request.extensions().get::<Who>().is_some();
    let (weight, slow) = (weight(&request), is_slow(request.uri().path()));
    // Nobody has a reason to send so much before saying who they are.
    if weight > LIGHT && !known {
        return Fail::response(TOO_LARGE.into());
    }
    let places = match app.room.places(weight, slow && known).await {
        Ok(places) => places,
        Err(no) => return Fail::response(no.into()),
    };
    let response = next.run(request).await;
    drop(places.body);
    match places.file {
        Some(place) => response.map(|it| kept(it, place)),
        None => response,
    }
}

/// As it says itself; what does not say is taken for the heaviest.
fn weight(request: &Request) -> u64 {
    request.body().size_hint().upper().unwrap_or(MOST as u64).min(MOST as u64)
}

/// What reads thousands of rows for one person.
fn is_slow(path: &str) -> bool {
    path.ends_with(".csv") || path.ends_with(".xlsx") || path == "/admin/events/verify"
}

/// The place is kept until the last byte is sent: until then the file lies in memory.
fn kept(body: Body, place: OwnedSemaphorePermit) -> Body {
    Body::from_stream(body.into_data_stream().map(move |bytes| {
        let _ = &place;
        bytes
    }))
}
