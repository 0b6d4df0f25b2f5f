//! What stands beside customers in a list, though other capabilities know it: how many devices they
//! have, and when somebody last came.

use std::collections::BTreeMap;

use kernel::{Result, Time};
use rules::policy::Act;

use super::store;
use crate::{Cx, customer::Customer};

/// So many are asked for at once.
const CHUNK: usize = 500;

/// By the customer's id.
#[derive(Debug, Default)]
pub struct Beside {
    devices: BTreeMap<String, i64>,
    served: BTreeMap<String, Time>,
}

impl Beside {
    pub async fn of(cx: &mut Cx, customers: &[Customer]) -> Result<Beside> {
        let grant = cx.may(Act::Read)?;
        let mut beside = Beside::default();
        for some in customers.chunks(CHUNK) {
            let ids: Vec<_> = some.iter().map(|it| it.id.to_string()).collect();
            beside.devices.extend(store::devices_of(cx, &ids).await?);
            beside.served.extend(store::served(cx, &grant, &ids).await?);
        }
        Ok(beside)
    }

    pub fn devices(&self, it: &Customer) -> i64 {
        self.devices.get(it.id.as_str()).copied().unwrap_or_default()
    }

    /// When the last order was opened that this reader may see.
    pub fn served(&self, it: &Customer) -> Option<Time> {
        self.served.get(it.id.as_str()).copied()
    }
}
