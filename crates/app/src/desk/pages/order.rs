//! The page of one service order: where it stands and what runs out next, what this person may do
//! with it now, and everything that is known about it; the forms of its steps; its papers.

mod beside;
mod cards;
mod choices;
mod deciding;
mod dialogs;
mod money;
mod page;
mod paper;
mod read;
mod sent;
mod steps;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Multipart, Path, State, multipart::MultipartRejection},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Error, Kind, Refusal, Result};
use rules::{
    customer::CustomerId,
    notice::NoticeId,
    order::{OrderId, Step},
    policy::Act,
};

use crate::{
    App, Cx, customer,
    desk::{
        api::{drawn, files, photo_kind},
        steps as step_door,
    },
    edge::Fail,
    notice, order,
    ui::{Frame, Open, Typed, back},
    visit::{self, picture},
};

use page::draw;
use read::{Sheet, sheet};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/orders/{id}", get(show))
        .route("/orders/{id}/steps", get(back).post(step))
        .route("/orders/{id}/reveal", get(back).post(reveal))
        .route("/orders/{id}/override", get(back).post(deciding::override_by))
        .route("/orders/{id}/problem", get(back).post(deciding::problem))
        .route("/orders/{id}/delay", get(back).post(deciding::delay))
        .route("/orders/{id}/parts", get(back).post(add_part))
        .route("/orders/{id}/charges", get(back).post(add_charge))
        .route("/orders/{id}/consents", get(back).post(add_consent))
        .route("/orders/{id}/lines/{line}/remove", post(remove_line))
        .route("/orders/{id}/notices/{notice}/spoken", post(spoken))
        .route(
            "/orders/{id}/photos",
            // Room for the frame around the picture.
            get(back).post(add_photo).layer(DefaultBodyLimit::max(picture::MOST_BYTES + (1 << 20))),
        )
        .route("/orders/{id}/print/dispatch", get(paper::dispatch).post(paper::reveal_dispatch))
        .route(
            "/orders/{id}/print/acceptance",
            get(paper::acceptance).post(paper::reveal_acceptance),
        )
}

/// `?step=assign` opens that form, filled with what else stands in the address.
async fn show(State(app): State<App>, f: Frame, Path(id): Path<String>) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let it = read(&app, &f, &id, false).await?;
    let open = Open::asked(&f);
    Ok(draw(&f, &it, &open).into_response())
}

/// The order as this reader sees it; who sees the customer in the clear leaves a trace.
async fn read(app: &App, f: &Frame, id: &OrderId, revealed: bool) -> Result<Sheet, Fail> {
    let (say, asked) = (f.say, id.clone());
    let it = app.look(&f.who.actor, async move |cx| sheet(cx, say, &asked, revealed).await);
    let mut it = it.await?;
    it.seek();
    if it.clear && !revealed {
        let id = id.clone();
        let seen = async move |cx: &mut Cx| customer::ops::viewed(cx, id.as_str()).await;
        app.act(&f.who.actor, seen).await?;
    }
    Ok(it)
}

/// The page again with the form open, what was typed in it and what was wrong with it.
async fn again(
    app: &App,
    f: &Frame,
    id: &OrderId,
    dialog: &str,
    typed: &Typed,
    no: impl Into<Error>,
) -> Result<Response, Fail> {
    let typed = match no.into() {
        // A picture nobody can read is mended by choosing another.
        Error::Refused(it) if matches!(it.kind, Kind::WrongMedia | Kind::TooLarge) => {
            Typed { refusal: Some(*it), ..typed.clone() }
        }
        no => typed.refused(no)?,
    };
    let it = read(app, f, id, false).await?;
    let open = Open { dialog: dialog.to_owned(), typed };
    Ok(draw(f, &it, &open).into_response())
}

/// A dialog of this page, or a press without one, and the part of the page where one goes on.
#[derive(Clone, Copy)]
struct Deed {
    dialog: &'static str,
    /// What is said afterwards: `done-…`.
    said: &'static str,
    part: &'static str,
}

impl Deed {
    const fn of(dialog: &'static str, part: &'static str) -> Deed {
        Deed { dialog, said: dialog, part }
    }

    const fn pressed(said: &'static str, part: &'static str) -> Deed {
        Deed { dialog: "", said, part }
    }

    /// Does it and goes on; or the page again with its form open, and nothing typed is lost.
    async fn done(
        self,
        app: &App,
        f: &Frame,
        id: &OrderId,
        typed: &Typed,
        work: impl AsyncFn(&mut Cx) -> Result<()> + Send + 'static,
    ) -> Result<Response, Fail> {
        match app.act(&f.who.actor, work).await {
            Ok(()) => Ok(self.goes_on(f, id)),
            Err(no) => again(app, f, id, self.dialog, typed, no).await,
        }
    }

    fn goes_on(self, f: &Frame, id: &OrderId) -> Response {
        f.go(&format!("/orders/{id}{}", self.part), &format!("done-{}", self.said))
    }
}

async fn step(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let body = sent::step(&typed);
    let dialog = typed.get("step");
    let kept = match drawn(&app, &f.who, &id, &body).await {
        Ok(kept) => kept,
        Err(no) => return again(&app, &f, &id, &dialog, &typed, no.into_error()).await,
    };
    let (asked, said) = (id.clone(), body.clone());
    let work = async move |cx: &mut Cx| step_door::take(cx, &asked, &said, kept.as_ref()).await;
    match app.act(&f.who.actor, work).await {
        Ok(_) => {
            let to = match sent::back(&typed) {
                Some(back) => back,
                None => after(&app, &f, &id).await,
            };
            let word = body.step.as_deref().and_then(Step::parse).map(Step::code);
            Ok(f.go(&to, &format!("done-{}", word.unwrap_or_default())))
        }
        Err(no) => again(&app, &f, &id, &dialog, &typed, no).await,
    }
}

/// Where one goes on: an order that was refused or sent elsewhere is no longer this person's to
/// see, and only the list is left.
async fn after(app: &App, f: &Frame, id: &OrderId) -> String {
    let asked = id.clone();
    let seen = app.look(&f.who.actor, async move |cx: &mut Cx| order::ops::get(cx, &asked).await);
    if seen.await.is_ok() { format!("/orders/{id}") } else { "/orders".to_owned() }
}

/// 显示: the customer in the clear, on this answer only.
async fn reveal(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (asked, reason) = (id.clone(), typed.get("reason"));
    let work = async move |cx: &mut Cx| {
        let order = order::ops::get(cx, &asked).await?;
        let customer = order.customer.ok_or(Refusal::NOT_FOUND)?;
        customer::ops::reveal(cx, &CustomerId::parse(&customer)?, &reason).await.map(|_| ())
    };
    match app.act(&f.who.actor, work).await {
        Ok(()) => {
            let it = read(&app, &f, &id, true).await?;
            Ok(draw(&f, &it, &Open::default()).into_response())
        }
        Err(no) => again(&app, &f, &id, "reveal", &typed, no).await,
    }
}

/// 已告知: the notice belongs to this order, and the order to whoever says so.
async fn spoken(
    State(app): State<App>,
    f: Frame,
    Path((id, notice)): Path<(String, String)>,
) -> Result<Response, Fail> {
    let (id, notice) = (OrderId::parse(&id)?, NoticeId::parse(&notice)?);
    let asked = id.clone();
    let work = async move |cx: &mut Cx| {
        let order = order::ops::get(cx, &asked).await?;
        if !order.covered(&cx.actor, Act::OrderContact) {
            return Err(Refusal::NOT_ALLOWED.into());
        }
        if notice::ops::get(cx, &notice).await?.subject != asked.as_str() {
            return Err(Refusal::NOT_FOUND.into());
        }
        notice::ops::spoken(cx, &notice).await.map(|_| ())
    };
    Deed::pressed("spoken", "").done(&app, &f, &id, &Typed::default(), work).await
}

async fn add_part(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (asked, said) = (id.clone(), typed.clone());
    let work = async move |cx: &mut Cx| {
        visit::ops::add_part(cx, &asked, &sent::part(&said)?).await.map(|_| ())
    };
    Deed::of("part", "#money").done(&app, &f, &id, &typed, work).await
}

async fn add_charge(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (asked, said) = (id.clone(), typed.clone());
    let work = async move |cx: &mut Cx| {
        visit::ops::add_charge(cx, &asked, &sent::charge(&said)?).await.map(|_| ())
    };
    Deed::of("charge", "#money").done(&app, &f, &id, &typed, work).await
}

async fn add_consent(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    typed: Typed,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let (asked, said) = (id.clone(), typed.clone());
    let work = async move |cx: &mut Cx| {
        visit::ops::add_consent(cx, &asked, &sent::consent(&said)?).await.map(|_| ())
    };
    Deed::of("consent", "#money").done(&app, &f, &id, &typed, work).await
}

async fn remove_line(
    State(app): State<App>,
    f: Frame,
    Path((id, line)): Path<(String, String)>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let asked = id.clone();
    let work = async move |cx: &mut Cx| visit::ops::remove_line(cx, &asked, &line).await;
    Deed::pressed("removed", "#money").done(&app, &f, &id, &Typed::default(), work).await
}

async fn add_photo(
    State(app): State<App>,
    f: Frame,
    Path(id): Path<String>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fail> {
    let id = OrderId::parse(&id)?;
    let mut typed = Typed::default();
    match keep_photo(&app, &f, &id, form, &mut typed).await {
        Ok(()) => Ok(Deed::of("photo", "#photos").goes_on(&f, &id)),
        Err(no) => again(&app, &f, &id, "photo", &typed, no.into_error()).await,
    }
}

async fn keep_photo(
    app: &App,
    f: &Frame,
    id: &OrderId,
    form: Result<Multipart, MultipartRejection>,
    typed: &mut Typed,
) -> Result<(), Fail> {
    let (bytes, kind) = files::parts(form.map_err(|_| visit::picture::NO_FORM)?).await?;
    typed.set("kind", kind.clone().unwrap_or_default());
    let kind = photo_kind(kind.as_deref())?;
    files::may_add(app, &f.who, id).await?;
    let kept = picture::keep(app, bytes).await?;
    let id = id.clone();
    let work =
        async move |cx: &mut Cx| visit::ops::add_photo(cx, &id, kind, &kept).await.map(|_| ());
    Ok(app.act(&f.who.actor, work).await?)
}
