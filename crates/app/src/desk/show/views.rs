//! The objects of the interface, as they are sent.

use kernel::Fen;
use rules::customer::CustomerKind;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerView {
    pub id: String,
    pub name: String,
    #[schema(value_type = String)]
    pub kind: CustomerKind,
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub district: Option<String>,
    pub masked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntitlementView {
    pub coverage: String,
    pub explanation: String,
    pub missing: Vec<String>,
    /// What each share of the work costs the customer.
    pub pays: SharesView,
    /// What the customer may claim. A list does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<Vec<RightView>>,
    /// A person has decided otherwise; `explanation` says what the rules say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overridden: Option<OverriddenView>,
}

impl EntitlementView {
    pub fn rights(&self) -> &[RightView] {
        self.rights.as_deref().unwrap_or_default()
    }
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SharesView {
    pub parts: String,
    pub labour: String,
    pub travel: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RightView {
    pub kind: String,
    pub who_pays: String,
    pub text: String,
    /// The versions of the rules that give it.
    pub rules: Vec<String>,
    pub refund_fen: Option<i64>,
    pub deduction_fen: Option<i64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OverriddenView {
    pub by: String,
    pub at: String,
    pub reason: String,
    /// What the rules say.
    pub coverage: String,
}

/// One decision about an order, as it was made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DecisionView {
    pub id: String,
    pub occasion: String,
    pub at: String,
    pub by: Option<String>,
    pub coverage: String,
    pub pays: SharesView,
    pub explanation: Option<String>,
    pub reason: Option<String>,
    /// The versions of the rules it rests on.
    pub rules: Vec<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeviceView {
    pub id: String,
    pub serial: Option<String>,
    pub model: Option<String>,
    pub category: Option<String>,
    pub buyer: Option<CustomerView>,
    pub user: Option<CustomerView>,
    pub sold_on: Option<String>,
    pub delivered_on: Option<String>,
    pub installed_on: Option<String>,
    pub accepted_on: Option<String>,
    pub produced_on: Option<String>,
    pub exchanged_on: Option<String>,
    #[schema(value_type = Option<i64>)]
    pub price_fen: Option<Fen>,
    pub invoice: Option<bool>,
    pub certificate: Option<bool>,
    pub entitlement: EntitlementView,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PromiseView {
    pub kind: String,
    pub due: String,
    pub provisional: bool,
    pub clock: String,
    pub state: String,
    pub ended_at: Option<String>,
    pub source: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FaultView {
    pub code: Option<String>,
    pub level: i64,
    pub text: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Named {
    pub id: String,
    pub name: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TechnicianName {
    pub id: String,
    pub name: String,
    pub phone: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WindowView {
    pub from: String,
    pub to: String,
}

/// Where something is, in degrees, as far as it is known.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlaceView {
    pub address: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderRef {
    pub id: String,
    pub number: String,
    pub status: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RequestView {
    pub id: String,
    pub number: String,
    pub kind: String,
    pub channel: String,
    pub status: String,
    pub received_at: String,
    pub customer: Option<CustomerView>,
    pub contact: Option<String>,
    pub device: Option<DeviceView>,
    pub fault: FaultView,
    pub wanted: Option<WindowView>,
    pub entitlement: EntitlementView,
    pub promises: Vec<PromiseView>,
    pub order: Option<OrderRef>,
    pub owner: Option<String>,
    pub answer: Option<String>,
    // Of a request that came with a place of its own.
    pub place: Option<PlaceView>,
    pub external_id: Option<String>,
    pub version: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FindingView {
    pub cause: Option<String>,
    pub action: Option<String>,
    pub fault_code: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartView {
    pub id: String,
    pub name: String,
    pub number: Option<String>,
    #[schema(value_type = f64)]
    pub quantity: Json,
    #[schema(value_type = i64)]
    pub price_fen: Fen,
    #[schema(value_type = i64)]
    pub amount_fen: Fen,
    pub old_part: String,
    pub pays: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChargeView {
    pub id: String,
    pub kind: String,
    pub text: Option<String>,
    #[schema(value_type = i64)]
    pub amount_fen: Fen,
    pub pays: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConsentView {
    pub id: String,
    pub by: String,
    pub means: String,
    pub text: Option<String>,
    #[schema(value_type = i64)]
    pub amount_fen: Fen,
    pub at: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PhotoView {
    pub id: String,
    pub url: String,
    pub kind: String,
    pub width: i64,
    pub height: i64,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignatureView {
    pub name: String,
    pub at: String,
    pub means: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallbackRef {
    pub id: String,
    pub status: String,
    pub due: String,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrderView {
    pub id: String,
    pub number: String,
    pub kind: String,
    pub status: String,
    pub version: i64,
    pub request: String,
    pub customer: Option<CustomerView>,
    pub device: Option<DeviceView>,
    pub outlet: Option<Named>,
    pub technician: Option<TechnicianName>,
    pub window: Option<WindowView>,
    pub fault: FaultView,
    pub finding: Option<FindingView>,
    pub promises: Vec<PromiseView>,
    pub entitlement: EntitlementView,
    /// Every decision who pays, the first first. A list does not say them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<Vec<DecisionView>>,
    /// The first order about the same problem, as a person confirmed.
    pub problem: Option<String>,
    /// Why it takes so long, as a person said: `parts` or `repairer`.
    pub delay_by: Option<&'static str>,
    pub parts: Vec<PartView>,
    pub charges: Vec<ChargeView>,
    pub consents: Vec<ConsentView>,
    pub photos: Vec<PhotoView>,
    #[schema(value_type = i64)]
    pub total_fen: Fen,
    #[schema(value_type = i64)]
    pub customer_fen: Fen,
    pub signature: Option<SignatureView>,
    pub callback: Option<CallbackRef>,
    pub reopened_count: i64,
    pub repeat_of: Option<String>,
    pub close_reason: Option<String>,
    pub owner: Option<Named>,
    pub steps: Vec<String>,
    /// What the customer reads out: for those who may say it to them again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    pub due: Option<String>,
    pub opened_at: String,
    pub closed_at: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CallbackView {
    pub id: String,
    pub order: String,
    pub status: String,
    pub due: String,
    pub tries: i64,
    pub answers: Option<AnswersView>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswersView {
    pub reached: bool,
    pub attitude: Option<i64>,
    pub quality: Option<i64>,
    pub solved: Option<bool>,
    pub nps: Option<i64>,
    pub text: Option<String>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineItem {
    pub at: String,
    pub kind: String,
    pub actor: ActorView,
    pub text: String,
    #[schema(value_type = Object)]
    pub data: Json,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActorView {
    pub id: Option<String>,
    pub name: String,
}
