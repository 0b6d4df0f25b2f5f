//! What pages hear while they are open: that something happened that concerns whoever reads them.
//! What it is they then ask for themselves, through the same door and with the same rights as ever.

use std::{convert::Infallible, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use rules::policy::Actor;
use serde_json::{Map, Value, json};
use tokio::{sync::broadcast::error::RecvError, time};

use crate::{
    App,
    edge::{Fail, TOO_MANY, Who},
    pulse::Seat,
    ui::Frame,
};

/// Whoever was told is left in peace for so long; what happens meanwhile is told at its end.
const PEACE: Duration = Duration::from_secs(2);
/// So long a page listens before it has to come in again, as the key may have run out.
const LIFE: Duration = Duration::from_secs(600);
/// So long after its end a session is surely over.
const AFTER: Duration = Duration::from_secs(1);
/// A word now and then, so that nothing on the way takes the line for dead.
const STILL_THERE: Duration = Duration::from_secs(20);
/// When a page that lost the line tries again.
const AGAIN: Duration = Duration::from_secs(3);

/// An event without data is none to a browser.
const SOMETHING: &str = "1";

/// For a listener the beats as server-sent events; for everybody else what waits just now. Nothing
/// at all says that the session is over; who first has to choose a password has nothing waiting.
pub async fn show(
    State(app): State<App>,
    who: Option<Who>,
    f: Result<Frame, Response>,
    headers: HeaderMap,
) -> Result<Response, Fail> {
    let wants = headers.get(header::ACCEPT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let listens = wants.contains("text/event-stream");
    let f = match f {
        Ok(f) => f,
        Err(_) if listens || who.is_none() => return Ok(StatusCode::NO_CONTENT.into_response()),
        Err(_) => return Ok(Json(json!({"waits": {}, "unread": 0})).into_response()),
    };
    if !listens {
        return Ok(Json(now(&f)).into_response());
    }
    let person = f.who.actor.person.as_ref().map(ToString::to_string).unwrap_or_default();
    let Some(seat) = app.pulse.sit(&person) else {
        return Err(TOO_MANY.with("seconds", 60i64).into());
    };
    let begins = time::Instant::now();
    let actor = f.who.actor.clone();
    let ends = begins + lasts(f.who.session.until.millis() - f.now.millis());
    let listening = Listening { seat, actor, ends, quiet: begins, begun: false };
    let alive = KeepAlive::new().interval(STILL_THERE);
    let told = stream::unfold(listening, |mut it| async move {
        let event = it.next().await?;
        Some((Ok::<_, Infallible>(event), it))
    });
    Ok(Sse::new(told).keep_alive(alive).into_response())
}

/// A page learns that its session is over when it is over, and not much later: of whoever went away
/// nothing stays to be read. Where somebody went on working on another page it comes in again.
fn lasts(left: i64) -> Duration {
    LIFE.min(Duration::from_millis(left.try_into().unwrap_or(0)) + AFTER)
}

/// The numbers of the frame.
fn now(f: &Frame) -> Value {
    let waits = f.waits().into_iter().map(|it| (it.area.to_owned(), json!(it.count)));
    json!({"waits": waits.collect::<Map<_, _>>(), "unread": f.unread})
}

struct Listening {
    seat: Seat,
    actor: std::sync::Arc<Actor>,
    ends: time::Instant,
    /// Until then nothing is told.
    quiet: time::Instant,
    begun: bool,
}

impl Listening {
    /// The next thing to say; nothing, when it is over.
    async fn next(&mut self) -> Option<Event> {
        if !self.begun {
            // Said at once, so that both sides know the line is open.
            self.begun = true;
            return Some(Event::default().event("open").data(SOMETHING).retry(AGAIN));
        }
        time::timeout_at(self.ends, self.news()).await.ok()??;
        // What comes in the meantime is one piece of news with this.
        while let Ok(beat) = time::timeout_at(self.quiet, self.seat.hears.recv()).await {
            match beat {
                Ok(beat) if beat.ends(&self.actor) => return None,
                Ok(_) | Err(RecvError::Lagged(_)) => (),
                Err(RecvError::Closed) => return None,
            }
        }
        self.quiet = time::Instant::now() + PEACE;
        Some(Event::default().event("change").data(SOMETHING))
    }

    /// Waits for something that concerns them; nothing, when they have to come in again.
    async fn news(&mut self) -> Option<()> {
        loop {
            match self.seat.hears.recv().await {
                Ok(beat) if beat.ends(&self.actor) => return None,
                Ok(beat) if beat.concerns(&self.actor) => return Some(()),
                Ok(_) => (),
                // Too much at once to hear it all: some of it may concern them.
                Err(RecvError::Lagged(_)) => return Some(()),
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
