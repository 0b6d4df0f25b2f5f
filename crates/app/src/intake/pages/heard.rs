//! What was typed at the intake, in the terms of the operation.

use kernel::{Dice, Result, Span, Time, Wrongs};
use rules::{
    customer::{CustomerId, CustomerKind, DeviceId},
    intake::RequestKind,
    policy::Act,
    warranty::Dates,
};

use super::super::ops::{About, Report};
use crate::{
    Cx, customer, device,
    ui::{Frame, Typed},
};

/// The value of the choice "another device".
pub const NEW_DEVICE: &str = "new";
/// Parts of a day as people wish them, in hours of the clock.
pub const PARTS: [(&str, i64, i64); 3] =
    [("morning", 8, 12), ("afternoon", 12, 18), ("evening", 18, 21)];

/// The kinds this person may take, the most frequent first.
pub fn kinds(f: &Frame) -> Vec<RequestKind> {
    let often = [RequestKind::Repair, RequestKind::Consult, RequestKind::Install];
    let rest = RequestKind::ALL.iter().copied().filter(|it| !often.contains(it));
    let all = often.into_iter().chain(rest);
    all.filter(|it| f.may(it.take())).collect()
}

/// What a form begins with where nothing else was said.
pub fn begin(f: &Frame, typed: &mut Typed, dice: &mut dyn Dice) {
    let kinds = kinds(f);
    let known = typed.text("kind").is_some_and(|it| kinds.iter().any(|one| one.code() == it));
    if !known && let Some(first) = kinds.first() {
        typed.set("kind", first.code());
    }
    if typed.text("channel").is_none() {
        typed.set("channel", "phone");
    }
    typed.set("_key", format!("{:032x}", dice.roll()));
}

/// With another person, the device of the one before is no longer meant.
pub fn unpick(typed: &mut Typed) {
    if typed.get("device").starts_with("dev_") && typed.text("picked_device").is_none() {
        typed.set("device", "");
    }
    if let Some(picked) = typed.text("picked_device") {
        typed.set("device", picked);
    }
    typed.set("fault.code", "");
}

/// What a pasted line says of the fault is taken over, unless something was written already.
pub fn note(typed: &mut Typed) -> bool {
    match (typed.text("note"), typed.text("fault.text")) {
        (Some(note), None) => {
            typed.set("fault.text", note);
            true
        }
        _ => false,
    }
}

/// Whom it is about, where they are on file.
pub fn about(typed: &Typed) -> Result<About> {
    let customer = typed.text("customer").map(|it| CustomerId::parse(&it)).transpose()?;
    let device = typed.text("device").filter(|it| it != NEW_DEVICE);
    let device = device.filter(|_| customer.is_some()).map(|it| DeviceId::parse(&it));
    Ok(About { customer, device: device.transpose()? })
}

pub fn kind(typed: &Typed) -> RequestKind {
    RequestKind::parse(&typed.get("kind")).unwrap_or(RequestKind::Repair)
}

pub fn read(cx: &Cx, typed: &Typed) -> Result<(Report, About)> {
    let mut wrongs = Wrongs::default();
    let (from, to) = wish(cx, typed, &mut wrongs);
    let answering = typed.has("act", "answer");
    if answering && typed.text("answer").is_none() {
        wrongs.say("answer", "missing");
    }
    wrongs.done()?;
    let answer = typed.text("answer").filter(|_| answering);
    let report = Report { wanted_from: from, wanted_to: to, answer, ..said(typed) };
    Ok((report, about(typed)?))
}

/// Everything but the wish and the answer: what can be read while somebody still types.
pub fn said(typed: &Typed) -> Report {
    Report {
        kind: typed.text("kind"),
        channel: typed.text("channel"),
        customer: customer(typed, "customer."),
        device: device(typed),
        fault_code: typed.text("fault.code"),
        fault_level: typed.int("fault.level"),
        fault_text: typed.text("fault.text"),
        ..Report::default()
    }
}

fn customer(typed: &Typed, prefix: &str) -> customer::ops::Draft {
    let text = |name: &str| typed.text(&format!("{prefix}{name}"));
    customer::ops::Draft {
        name: text("name"),
        phone: text("phone"),
        address: text("address"),
        kind: text("kind").and_then(|it| CustomerKind::parse(&it)),
        contact: text("contact"),
        ..Default::default()
    }
}

/// Only the choice "another device" brings its fields along.
pub fn device(typed: &Typed) -> device::ops::Draft {
    if typed.get("device") != NEW_DEVICE {
        return device::ops::Draft::default();
    }
    let text = |name: &str| typed.text(&format!("device.{name}"));
    let buyer = customer(typed, "device.buyer.");
    device::ops::Draft {
        serial: text("serial"),
        model: text("model"),
        category: text("category"),
        sold_on: text("sold_on"),
        installed_on: text("installed_on"),
        accepted_on: text("accepted_on"),
        purchase_channel: text("purchase_channel"),
        card: text("card"),
        buyer: Some(buyer).filter(|it| it.name.is_some() || it.phone.is_some()),
        new_user: typed.is("device.new_user"),
        ..Default::default()
    }
}

/// The dates of a device that is not on file, as far as they can be read.
pub fn dates(typed: &Typed) -> Dates {
    let day = |name: &str| kernel::Day::parse(&typed.get(&format!("device.{name}"))).map(|it| it.0);
    Dates {
        sold_on: day("sold_on"),
        installed_on: day("installed_on"),
        accepted_on: day("accepted_on"),
        ..Dates::default()
    }
}

/// A day and a part of it. A part of today that has begun is what is left of it.
fn wish(cx: &Cx, typed: &Typed, wrongs: &mut Wrongs) -> (Option<Time>, Option<Time>) {
    let Some(text) = typed.text("wanted.from") else { return (None, None) };
    let Some(day) = kernel::Day::parse(&text) else {
        wrongs.say("wanted.from", "day");
        return (None, None);
    };
    let part = PARTS.into_iter().find(|it| typed.has("wanted.part", it.0));
    let (_, first, last) = part.unwrap_or(("", PARTS[0].1, PARTS[2].2));
    let start = day.start(&cx.company.zone);
    let (from, to) = (start.after(Span::hours(first)), start.after(Span::hours(last)));
    let from = if from < cx.now() && cx.now() < to { cx.now() } else { from };
    (Some(from), Some(to))
}

/// Whether this person answers at once what somebody asks.
pub fn may_answer(f: &Frame, kind: RequestKind) -> bool {
    f.may(if kind.is_complaint() { Act::ComplaintAnswer } else { Act::RequestAnswer })
}
