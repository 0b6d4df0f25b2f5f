//! What was recorded on site, as it is shown: parts, charges, consents and photos.

use rules::visit::quantity_text;

use super::{ChargeView, ConsentView, PartView, PhotoView, Show};
use crate::{visit, visit::ops::OnSite};

impl Show<'_> {
    pub(super) fn lines(
        &self,
        site: OnSite,
        clear: bool,
    ) -> (Vec<PartView>, Vec<ChargeView>, Vec<ConsentView>, Vec<PhotoView>) {
        let parts = site.parts.into_iter().map(part);
        let charges = site.charges.into_iter().map(charge);
        let consents = site.consents.into_iter().map(|it| self.consent(it, clear));
        let photos = site.photos.into_iter().map(photo);
        (parts.collect(), charges.collect(), consents.collect(), photos.collect())
    }

    /// Whoever said yes is mostly the customer.
    pub fn consent(&self, it: visit::Consent, clear: bool) -> ConsentView {
        let by = if clear { it.by_name } else { rules::customer::mask_name(&it.by_name) };
        ConsentView {
            id: it.id.to_string(),
            by,
            means: it.means.code().into(),
            text: it.text,
            amount_fen: it.amount,
            at: self.time(it.at),
        }
    }
}

pub fn part(it: visit::Part) -> PartView {
    PartView {
        id: it.id.to_string(),
        name: it.name,
        number: it.number,
        quantity: serde_json::from_str(&quantity_text(it.quantity)).unwrap_or_default(),
        price_fen: it.price,
        amount_fen: it.amount,
        old_part: it.old_part.code().into(),
        pays: it.pays.code().into(),
    }
}

pub fn charge(it: visit::Charge) -> ChargeView {
    ChargeView {
        id: it.id.to_string(),
        kind: it.kind.code().into(),
        text: it.text,
        amount_fen: it.amount,
        pays: it.pays.code().into(),
    }
}

pub fn photo(it: visit::Photo) -> PhotoView {
    PhotoView {
        url: format!("/api/v1/photos/{}", it.id),
        id: it.id.to_string(),
        kind: it.kind.code().into(),
        width: it.width,
        height: it.height,
    }
}
