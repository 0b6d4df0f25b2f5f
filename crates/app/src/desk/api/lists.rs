//! Look-ups over HTTP: technicians and their days, outlets, products, fault codes, the asker's
//! workbench, and who the asker is.

use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Day, Refusal, Result};
use rules::{
    org::OrgKind,
    policy::{Act, PersonId, Reach},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Items, Problems, asked};
use crate::{
    App, account,
    desk::{
        show::{Show, WindowView},
        workbench,
    },
    dispatch,
    edge::{Fail, Query, Who, listed, shown},
    org, product,
};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(technicians))
        .routes(routes!(day))
        .routes(routes!(outlets))
        .routes(routes!(products))
        .routes(routes!(fault_codes))
        .routes(routes!(today))
        .routes(routes!(me))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    q: Option<String>,
    #[serde(default)]
    outlet: Vec<String>,
    date: Option<String>,
    #[serde(default)]
    category: Vec<String>,
    limit: Option<String>,
    cursor: Option<String>,
}

impl Asked {
    fn page<T>(&self, items: Vec<T>, id: impl Fn(&T) -> String) -> Result<Items<T>> {
        let (limit, cursor) = (self.limit.as_deref(), self.cursor.as_deref());
        let (items, next_cursor) = asked::paged(items, limit, cursor, id)?;
        Ok(Items { items, next_cursor })
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TechnicianView {
    id: String,
    name: String,
    outlet: String,
    skills: Vec<String>,
    certificates: Vec<CertificateView>,
    open_orders: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CertificateView {
    name: String,
    until: Option<String>,
}

/// Technicians within reach.
#[utoipa::path(
    get,
    path = "/technicians",
    params(Asked),
    responses((status = 200, description = "Technicians", body = Items<TechnicianView>), Problems),
    tag = "technicians",
    operation_id = "lists_technicians",
)]
async fn technicians(
    State(app): State<App>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let items = app.look(&who.actor, async move |cx| {
        let outlets = asked::many(&asked.outlet);
        let all = dispatch::ops::technicians(cx, &outlets).await?;
        let mut items = Vec::new();
        for (person, open_orders) in all {
            let certificates = account::ops::certificates(cx, &person.id).await?;
            items.push(TechnicianView {
                id: person.id.to_string(),
                name: person.name,
                outlet: person.org.to_string(),
                skills: person.skills.0,
                certificates: certificates
                    .into_iter()
                    .map(|it| CertificateView {
                        name: it.name,
                        until: it.until.map(|it| it.to_string()),
                    })
                    .collect(),
                open_orders,
            });
        }
        asked.page(items, |it| it.id.clone())
    });
    listed(items.await?)
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DayAnswer {
    date: String,
    shift: Option<WindowView>,
    busy: Vec<BusyView>,
    free: Vec<WindowView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct BusyView {
    order: Option<String>,
    from: String,
    to: String,
}

/// A technician's day.
#[utoipa::path(
    get,
    path = "/technicians/{id}/day",
    params(("id" = String, Path, description = "The id"), Asked),
    responses((status = 200, description = "The day", body = DayAnswer), Problems),
    tag = "technicians",
    operation_id = "lists_day",
)]
async fn day(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let id = PersonId::parse(&id)?;
    let say = who.say;
    let date = match asked.date.as_deref().filter(|it| !it.is_empty()) {
        None => None,
        Some(text) => Some(Day::parse(text).ok_or_else(|| Refusal::field("date", "day"))?),
    };
    let view = app.look(&who.actor, async move |cx| {
        let date = date.unwrap_or_else(|| cx.today());
        let day = dispatch::ops::day(cx, &id, date).await?;
        let show = Show::new(cx, say);
        let busy = day.busy.iter().map(|it| BusyView {
            order: Some(it.order.to_string()),
            from: show.time(it.from),
            to: show.time(it.to),
        });
        let away = day.away.iter().map(|it| BusyView {
            order: None,
            from: show.time(it.starts),
            to: show.time(it.ends),
        });
        Ok(DayAnswer {
            date: day.date.to_string(),
            shift: day.shift.map(|it| show.window(it)),
            busy: busy.chain(away).collect(),
            free: day.free.iter().map(|it| show.window(*it)).collect(),
        })
    });
    shown(view.await?)
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OutletView {
    id: String,
    name: String,
    districts: Vec<String>,
}

/// Whoever may route needs to know them all; the others see their branch.
#[utoipa::path(
    get,
    path = "/outlets",
    params(Asked),
    responses((status = 200, description = "Outlets", body = Items<OutletView>), Problems),
    tag = "outlets",
    operation_id = "lists_outlets",
)]
async fn outlets(
    State(app): State<App>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let items = app.look(&who.actor, async move |cx| {
        let grant = cx.may(Act::Read)?;
        let mut items = Vec::new();
        for kind in [OrgKind::Outlet, OrgKind::Partner] {
            for it in org::ops::list(cx, &grant, Some(kind)).await? {
                let areas = org::ops::territory(cx, &it.id).await?;
                let mut districts: Vec<String> = areas.into_iter().map(|it| it.0).collect();
                districts.dedup();
                items.push(OutletView { id: it.id.to_string(), name: it.name, districts });
            }
        }
        asked.page(items, |it| it.id.clone())
    });
    listed(items.await?)
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProductView {
    id: String,
    model: String,
    category: Option<String>,
}

/// Product models.
#[utoipa::path(
    get,
    path = "/products",
    params(Asked),
    responses((status = 200, description = "Products", body = Items<ProductView>), Problems),
    tag = "products",
    operation_id = "lists_products",
)]
async fn products(
    State(app): State<App>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let items = app.look(&who.actor, async move |cx| {
        let q = asked.q.clone().unwrap_or_default();
        let all = product::ops::list(cx, &q).await?;
        let items = all.into_iter().map(|it| ProductView {
            id: it.id.to_string(),
            model: it.model,
            category: it.category,
        });
        asked.page(items.collect(), |it| it.id.clone())
    });
    listed(items.await?)
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FaultCodeView {
    code: String,
    name: String,
    category: String,
}

/// Fault codes of a category.
#[utoipa::path(
    get,
    path = "/fault-codes",
    params(Asked),
    responses((status = 200, description = "Fault codes", body = Items<FaultCodeView>), Problems),
    tag = "fault-codes",
    operation_id = "lists_fault_codes",
)]
async fn fault_codes(
    State(app): State<App>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let say = who.say;
    let items = app.look(&who.actor, async move |cx| {
        let categories = asked::many(&asked.category);
        let wanted = |it: &String| categories.is_empty() || categories.contains(it);
        let company = cx.company.clone();
        let all = company.pack.fault_codes(None).filter(|it| wanted(&it.category));
        let items = all.map(|it| FaultCodeView {
            code: it.code.clone(),
            name: if say.is_chinese() { it.name.zh.clone() } else { it.name.en.clone() },
            category: it.category.clone(),
        });
        asked.page(items.collect(), |it| it.code.clone())
    });
    listed(items.await?)
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TileView {
    key: String,
    count: i64,
    list: String,
}

/// The asker's workbench.
#[utoipa::path(
    get,
    path = "/stats/today",
    responses((status = 200, description = "What waits", body = Items<TileView>), Problems),
    tag = "stats",
    operation_id = "lists_today",
)]
async fn today(State(app): State<App>, who: Who) -> Result<Response, Fail> {
    let items = app.look(&who.actor, async move |cx| {
        let tiles = workbench::tiles(cx).await?;
        let items = tiles.into_iter().map(|it| TileView {
            key: it.key.to_owned(),
            count: it.count,
            list: format!("/api/v1{}", it.list),
        });
        Ok(Items { items: items.collect(), next_cursor: None })
    });
    listed(items.await?)
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MeView {
    id: String,
    name: String,
    role: Option<String>,
    roles: Vec<String>,
    org: Option<OrgView>,
    acts: Vec<ActView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OrgView {
    id: String,
    name: String,
    kind: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ActView {
    act: String,
    reach: String,
}

/// Who the asker is and what they may do.
#[utoipa::path(
    get,
    path = "/me",
    responses((status = 200, description = "Who asks", body = MeView), Problems),
    tag = "me",
    operation_id = "lists_me",
)]
async fn me(State(app): State<App>, who: Who) -> Result<Response, Fail> {
    let view = app.look(&who.actor, async move |cx| {
        let person = account::ops::me(cx).await?;
        let org = org::ops::find(cx, person.org.as_str()).await?;
        let rights = &cx.actor.rights;
        let mine = Act::ALL.iter().filter(|it| rights.reach(**it) > Reach::Nothing);
        Ok(MeView {
            id: person.id.to_string(),
            name: person.name,
            role: person.roles.0.first().cloned(),
            roles: person.roles.0,
            org: org.map(|it| OrgView {
                id: it.id.to_string(),
                name: it.name,
                kind: it.kind.code().into(),
            }),
            acts: mine
                .map(|it| ActView { act: it.code().into(), reach: rights.reach(*it).code().into() })
                .collect(),
        })
    });
    shown(view.await?)
}
