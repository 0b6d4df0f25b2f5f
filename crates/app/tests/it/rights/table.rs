//! Who may come through which door: the rights table of the interfaces, route by route.

use rules::policy::{Act, Act::*};

/// What a route asks of whoever comes.
#[derive(Debug, Clone, Copy)]
pub enum Rule {
    /// Anybody, known or not.
    Open,
    /// Whoever is known, about themselves.
    Known,
    /// Whoever comes with a token; to everybody else it is not there.
    Machine,
    /// Whoever has one of these rights, however far; the answer is cut to their reach.
    Any(&'static [Act]),
    /// One thing: seen by the first, done by one of the others. Of a kind that is not theirs to
    /// see at all nobody learns whether it exists: not allowed.
    One(Of, &'static [Act], &'static [Act]),
}
use Rule::{Any, Known, Machine, One, Open};

/// Which thing stands in the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Order,
    Signed,
    Request,
    Complaint,
    Callback,
    Customer,
    Device,
    /// Somebody who is sent out.
    Technician,
    /// Anybody of the outlet.
    Person,
    Org,
}

/// Whoever manages people, or their accounts.
const MANAGES: &[Act] = &[PeopleManage, AccountManage];
const TAKES: &[Act] = &[RequestTake, ComplaintFile];

/// Every route once. Steps are tried one by one besides.
#[rustfmt::skip]
pub const TABLE: &[(&str, Rule)] = &[
    // The API.
    ("GET /api/docs",                               Open),
    ("GET /api/openapi.json",                       Open),
    ("GET /api/v1/me",                              Known),
    ("GET /api/v1/stats/today",                     Known),
    ("POST /api/v1/requests",                       Any(TAKES)),
    ("GET /api/v1/requests",                        Any(&[Read, ComplaintRead])),
    ("GET /api/v1/requests/{id}",                   One(Of::Request, &[Read], &[Read])),
    ("POST /api/v1/requests/{id}/answer",           One(Of::Request, &[Read], &[RequestAnswer])),
    ("GET /api/v1/orders",                          Any(&[Read])),
    ("GET /api/v1/orders/{id}",                     One(Of::Order, &[Read], &[Read])),
    ("GET /api/v1/orders/{id}/timeline",            One(Of::Order, &[Read], &[Read])),
    ("GET /api/v1/orders/{id}/candidates",          One(Of::Order, &[Read], &[TechnicianRead])),
    ("POST /api/v1/orders/{id}/steps",              One(Of::Order, &[Read], &[OrderContact])),
    ("POST /api/v1/orders/{id}/parts",              One(Of::Order, &[Read], &[OrderVisit])),
    ("POST /api/v1/orders/{id}/charges",            One(Of::Order, &[Read], &[OrderVisit])),
    ("POST /api/v1/orders/{id}/consents",           One(Of::Order, &[Read], &[OrderConsent])),
    ("POST /api/v1/orders/{id}/photos",             One(Of::Order, &[Read], &[OrderVisit])),
    ("GET /api/v1/orders/{id}/signature",           One(Of::Signed, &[Read], &[Read])),
    ("GET /api/v1/photos/{id}",                     One(Of::Order, &[Read], &[Read])),
    ("GET /api/v1/callbacks",                       Any(&[CallbackRead])),
    ("GET /api/v1/callbacks/{id}",                  One(Of::Callback, &[CallbackRead], &[CallbackRead])),
    ("POST /api/v1/callbacks/{id}/answers",         One(Of::Callback, &[CallbackRead], &[CallbackAnswer])),
    ("GET /api/v1/customers",                       Any(&[Read])),
    ("POST /api/v1/customers",                      Any(&[RequestTake])),
    ("GET /api/v1/customers/{id}",                  One(Of::Customer, &[Read], &[Read])),
    ("POST /api/v1/customers/{id}/reveal",          One(Of::Customer, &[Read], &[Reveal])),
    ("GET /api/v1/devices",                         Any(&[Read])),
    ("POST /api/v1/devices",                        Any(&[RequestTake])),
    ("GET /api/v1/devices/{id}",                    One(Of::Device, &[Read], &[Read])),
    ("GET /api/v1/technicians",                     Any(&[TechnicianRead])),
    ("GET /api/v1/technicians/{id}/day",            One(Of::Technician, &[TechnicianRead], &[TechnicianRead])),
    ("GET /api/v1/outlets",                         Any(&[Read])),
    ("GET /api/v1/products",                        Any(&[Read])),
    ("GET /api/v1/fault-codes",                     Known),
    // The machine itself.
    ("GET /healthz",                                Open),
    ("GET /readyz",                                 Open),
    ("GET /metrics",                                Machine),
    ("GET /assets/{*path}",                         Open),
    ("GET /favicon.ico",                            Open),
    // The door, and oneself.
    ("GET /login",                                  Open),
    ("POST /login",                                 Open),
    ("POST /login/code",                            Open),
    ("POST /language",                              Open),
    ("GET /me",                                     Known),
    ("GET /me/password",                            Known),
    ("POST /me/password",                           Known),
    ("GET /me/second-factor",                       Known),
    ("POST /me/second-factor",                      Known),
    ("POST /me/second-factor/off",                  Known),
    ("POST /me/tokens",                             Known),
    ("POST /me/keys/revoke",                        Known),
    ("GET /notices",                                Known),
    ("POST /notices/read",                          Known),
    // The day's work.
    ("GET /",                                       Known),
    ("GET /search",                                 Known),
    ("GET /today",                                  Any(&[Read])),
    ("POST /first/{order}",                         One(Of::Order, &[Read], &[OrderDispatch])),
    ("GET /intake",                                 Any(TAKES)),
    ("POST /intake",                                Any(TAKES)),
    ("POST /intake/who",                            Any(TAKES)),
    ("POST /intake/person",                         Any(TAKES)),
    ("POST /intake/faults",                         Any(TAKES)),
    ("POST /intake/told",                           Any(TAKES)),
    ("GET /requests",                               Any(&[Read, ComplaintRead])),
    ("GET /requests/{id}",                          One(Of::Request, &[Read], &[Read])),
    ("GET /requests/{id}/filed",                    One(Of::Request, &[Read], &[Read])),
    ("POST /requests/{id}/answer",                  One(Of::Request, &[Read], &[RequestAnswer])),
    ("GET /orders",                                 Any(&[Read])),
    ("GET /orders.csv",                             Any(&[Read])),
    ("GET /orders.xlsx",                            Any(&[Read])),
    ("GET /orders/{id}",                            One(Of::Order, &[Read], &[Read])),
    // Only leads back to the order, which asks for itself.
    ("GET /orders/{id}/steps",                      Open),
    ("GET /orders/{id}/reveal",                     Open),
    ("GET /orders/{id}/parts",                      Open),
    ("GET /orders/{id}/charges",                    Open),
    ("GET /orders/{id}/consents",                   Open),
    ("GET /orders/{id}/photos",                     Open),
    ("POST /orders/{id}/steps",                     One(Of::Order, &[Read], &[OrderContact])),
    ("POST /orders/{id}/reveal",                    One(Of::Order, &[Read], &[Reveal])),
    ("POST /orders/{id}/parts",                     One(Of::Order, &[Read], &[OrderVisit])),
    ("POST /orders/{id}/charges",                   One(Of::Order, &[Read], &[OrderVisit])),
    ("POST /orders/{id}/consents",                  One(Of::Order, &[Read], &[OrderConsent])),
    ("POST /orders/{id}/photos",                    One(Of::Order, &[Read], &[OrderVisit])),
    ("POST /orders/{id}/lines/{line}/remove",       One(Of::Order, &[Read], &[OrderVisit])),
    ("POST /orders/{id}/notices/{notice}/spoken",   One(Of::Order, &[Read], &[OrderContact])),
    ("GET /orders/{id}/print/dispatch",             One(Of::Order, &[Read], &[Read])),
    ("POST /orders/{id}/print/dispatch",            One(Of::Order, &[Read], &[Reveal])),
    ("GET /orders/{id}/print/acceptance",           One(Of::Order, &[Read], &[Read])),
    ("POST /orders/{id}/print/acceptance",          One(Of::Order, &[Read], &[Reveal])),
    ("GET /dispatch",                               Any(&[TechnicianRead])),
    ("GET /technicians/{id}",                       One(Of::Technician, &[TechnicianRead], &[TechnicianRead])),
    ("GET /jobs/{id}",                              One(Of::Order, &[Read], &[Read])),
    ("POST /jobs/{id}/work",                        One(Of::Order, &[Read], &[OrderVisit])),
    ("POST /jobs/{id}/sign",                        One(Of::Order, &[Read], &[OrderVisit])),
    ("POST /jobs/{id}/photos",                      One(Of::Order, &[Read], &[OrderVisit])),
    ("GET /jobs/{id}/aside/{step}",                 One(Of::Order, &[Read], &[Read])),
    ("POST /jobs/{id}/aside/{step}",                One(Of::Order, &[Read], &[OrderContact])),
    ("POST /jobs/{id}/{step}",                      One(Of::Order, &[Read], &[OrderVisit])),
    ("GET /callbacks",                              Any(&[CallbackRead])),
    ("GET /callbacks.csv",                          Any(&[CallbackRead])),
    ("GET /callbacks.xlsx",                         Any(&[CallbackRead])),
    ("GET /callbacks/{id}",                         One(Of::Callback, &[CallbackRead], &[CallbackRead])),
    ("POST /callbacks/{id}",                        One(Of::Callback, &[CallbackRead], &[CallbackAnswer])),
    // The network and its people.
    ("GET /orgs",                                   Any(MANAGES)),
    ("GET /orgs/new",                               Any(&[PeopleManage])),
    ("POST /orgs/new",                              Any(&[PeopleManage])),
    ("GET /orgs/{id}",                              One(Of::Org, MANAGES, MANAGES)),
    ("GET /orgs/{id}/edit",                         One(Of::Org, &[PeopleManage], &[PeopleManage])),
    ("POST /orgs/{id}/edit",                        One(Of::Org, &[PeopleManage], &[PeopleManage])),
    ("POST /orgs/{id}/step",                        One(Of::Org, &[PeopleManage], &[PeopleManage])),
    ("GET /orgs/{id}/territory",                    One(Of::Org, &[PeopleManage], &[PeopleManage])),
    ("POST /orgs/{id}/territory",                   One(Of::Org, &[PeopleManage], &[PeopleManage])),
    ("POST /orgs/{id}/territory/drop",              One(Of::Org, &[PeopleManage], &[PeopleManage])),
    ("GET /people",                                 Any(MANAGES)),
    ("GET /people.csv",                             Any(MANAGES)),
    ("GET /people.xlsx",                            Any(MANAGES)),
    ("GET /people/new",                             Any(MANAGES)),
    ("POST /people/new",                            Any(MANAGES)),
    ("GET /people/post-roles",                      Any(MANAGES)),
    ("GET /people/{id}",                            One(Of::Person, MANAGES, MANAGES)),
    ("GET /people/{id}/edit",                       One(Of::Person, MANAGES, MANAGES)),
    ("POST /people/{id}/edit",                      One(Of::Person, MANAGES, MANAGES)),
    ("GET /people/{id}/certificates",               One(Of::Person, MANAGES, MANAGES)),
    ("POST /people/{id}/certificates",              One(Of::Person, MANAGES, MANAGES)),
    ("POST /people/{id}/status",                    One(Of::Person, MANAGES, MANAGES)),
    ("POST /people/{id}/password",                  One(Of::Person, MANAGES, MANAGES)),
    ("POST /people/{id}/unlock",                    Any(&[SecurityManage])),
    ("POST /people/{id}/second-factor/off",         Any(&[SecurityManage])),
    ("POST /people/{id}/tokens",                    Any(&[AccountManage])),
    ("POST /people/{id}/keys/revoke",               Any(&[AccountManage, SecurityManage])),
    // Whoever goes is gone: last.
    ("POST /logout",                                Open),
];

/// Where whoever may is told *not found*, with the reason. The list may only shrink.
pub const EXCEPTIONS: &[(&str, &str)] = &[
    ("POST /me/keys/revoke", "which key stands in the form, and none was named"),
    ("POST /people/{id}/keys/revoke", "which key stands in the form, and none was named"),
];
