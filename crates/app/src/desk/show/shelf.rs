//! What a list knows of all its rows before it shows the first: one question for each kind of
//! thing instead of one for each row.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Column, Result, Value};
use rules::{
    customer::CustomerId,
    order::{Order, OrderId},
    promise::Promise,
    warranty::Entitlement,
};

use super::Show;
use crate::{
    account, callback, callback::Callback, customer, customer::Customer, desk::devices, device,
    device::Device, intake, intake::Request, order, org, promise, visit, visit::ops::OnSite,
    warranty, warranty::ops::Decided,
};

/// By id; of promises by their request, of callbacks and what was recorded on site by their order.
/// What is not here is asked for when it is shown.
#[derive(Default)]
pub struct Shelf {
    pub customers: BTreeMap<String, Customer>,
    pub devices: BTreeMap<String, Device>,
    pub orders: BTreeMap<String, Order>,
    pub requests: BTreeMap<String, Request>,
    pub promises: BTreeMap<String, Vec<Promise>>,
    pub callbacks: BTreeMap<String, Option<Callback>>,
    pub sites: BTreeMap<String, OnSite>,
    pub covers: BTreeMap<String, Entitlement>,
    pub decisions: BTreeMap<String, Vec<Decided>>,
}

impl Show<'_> {
    /// Everything that these orders are shown with.
    pub async fn gather_orders(&mut self, all: &[Order]) -> Result<()> {
        let ids: Vec<OrderId> = all.iter().map(|it| it.id.clone()).collect();
        let requests = distinct(all.iter().map(|it| it.request.as_str()));
        self.gather_promises(&requests).await?;
        let devices = all.iter().filter_map(|it| it.device.as_deref());
        let customers = all.iter().filter_map(|it| it.customer.as_deref());
        self.gather_devices(distinct(devices), distinct(customers)).await?;
        let found = callback::ops::of_orders(self.cx, &ids).await?;
        self.shelf.callbacks.extend(ids.iter().map(|it| (it.to_string(), None)));
        self.shelf.callbacks.extend(found.into_iter().map(|it| (it.order.to_string(), Some(it))));
        self.shelf.sites.extend(visit::ops::on_sites(self.cx, &ids).await?);
        self.gather_decisions(&ids).await?;
        self.gather_reported(all).await?;
        let people = all.iter().flat_map(|it| [&it.technician, &it.owner]).flatten();
        self.gather_people(distinct(people.map(|it| it.as_str()))).await?;
        let outlets = distinct(all.iter().filter_map(|it| Some(it.outlet.as_ref()?.as_str())));
        let found = org::ops::find_all(self.cx, outlets.into_iter()).await?;
        self.orgs.extend(found.into_values().map(|it| (it.id.to_string(), it.name)));
        Ok(())
    }

    /// Everything that these requests are shown with.
    pub async fn gather_requests(&mut self, all: &[Request]) -> Result<()> {
        let orders = distinct(all.iter().filter_map(|it| it.order.as_deref()));
        let found = order::ops::several_known(self.cx, &values(&orders)).await?;
        self.shelf.orders.extend(found.into_iter().map(|it| (it.id.to_string(), it)));
        self.gather_promises(&distinct(all.iter().map(|it| it.id.as_str()))).await?;
        let devices = all.iter().filter_map(|it| it.device.as_deref());
        let customers = all.iter().filter_map(|it| Some(it.customer.as_ref()?.as_str()));
        self.gather_devices(distinct(devices), distinct(customers)).await?;
        let owners = all.iter().filter_map(|it| Some(it.owner.as_ref()?.as_str()));
        self.gather_people(distinct(owners)).await
    }

    async fn gather_promises(&mut self, requests: &[String]) -> Result<()> {
        let found = promise::ops::of_requests(self.cx, &values(requests)).await?;
        let promises = &mut self.shelf.promises;
        promises.extend(requests.iter().map(|it| (it.clone(), Vec::new())));
        for it in found {
            promises.entry(it.request.clone()).or_default().push(it);
        }
        Ok(())
    }

    async fn gather_decisions(&mut self, ids: &[OrderId]) -> Result<()> {
        let values: Vec<Value> = ids.iter().map(Column::write).collect();
        let decisions = &mut self.shelf.decisions;
        decisions.extend(ids.iter().map(|it| (it.to_string(), Vec::new())));
        let found = warranty::ops::of(self.cx, &values).await?;
        let by: Vec<String> = distinct(found.iter().filter_map(|it| it.by.as_deref()));
        for it in found {
            decisions.entry(it.order.to_string()).or_default().push(it);
        }
        self.gather_people(by).await
    }

    /// The requests of those about which no rule has decided since.
    async fn gather_reported(&mut self, all: &[Order]) -> Result<()> {
        let decided = |it: &Order| {
            let known = self.shelf.decisions.get(it.id.as_str());
            known.is_some_and(|all| all.iter().any(|it| it.decided.is_some()))
        };
        let undecided =
            distinct(all.iter().filter(|it| !decided(it)).map(|it| it.request.as_str()));
        let found = intake::ops::several_known(self.cx, &values(&undecided)).await?;
        self.shelf.requests.extend(found.into_iter().map(|it| (it.id.to_string(), it)));
        Ok(())
    }

    /// Whose these devices are, and what their warranty says.
    pub async fn gather_owners(&mut self, all: &[Device]) -> Result<()> {
        self.shelf.covers.extend(devices::several(self.cx, all).await?);
        let whose = all.iter().flat_map(|it| [&it.user, &it.buyer]).flatten();
        let customers = distinct(whose.map(CustomerId::as_str));
        self.gather_customers(&customers).await
    }

    async fn gather_devices(&mut self, devices: Vec<String>, others: Vec<String>) -> Result<()> {
        let found = device::ops::several_known(self.cx, &values(&devices)).await?;
        self.shelf.covers.extend(devices::several(self.cx, &found).await?);
        let whose = found.iter().flat_map(|it| [&it.user, &it.buyer]).flatten();
        let whose = whose.map(CustomerId::as_str);
        let customers = distinct(whose.chain(others.iter().map(String::as_str)));
        self.shelf.devices.extend(found.iter().map(|it| (it.id.to_string(), it.clone())));
        self.gather_customers(&customers).await
    }

    async fn gather_customers(&mut self, ids: &[String]) -> Result<()> {
        let found = customer::ops::several_known(self.cx, &values(ids)).await?;
        // What was merged is asked for by itself: it leads elsewhere.
        let found = found.into_iter().filter(|it| it.merged_into.is_none());
        self.shelf.customers.extend(found.map(|it| (it.id.to_string(), it)));
        Ok(())
    }

    async fn gather_people(&mut self, ids: Vec<String>) -> Result<()> {
        let found = account::ops::several(self.cx, &values(&ids)).await?;
        self.people.extend(found.into_iter().map(|it| (it.id.to_string(), (it.name, it.phone))));
        Ok(())
    }
}

fn distinct<'a>(all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let all: BTreeSet<&str> = all.collect();
    all.into_iter().map(str::to_owned).collect()
}

fn values(ids: &[String]) -> Vec<Value> {
    ids.iter().map(Column::write).collect()
}
