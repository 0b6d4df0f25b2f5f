//! People down, hours across: who is where when. A block lies on quarters of an hour by its
//! classes, as the security policy allows no style of its own.

use kernel::{Day, Span, Time};
use maud::{Markup, html};

use super::frame::Frame;

/// One person's day.
pub struct Lane {
    pub who: Markup,
    pub blocks: Vec<Block>,
    /// Why there is nothing to see: away all day.
    pub off: Option<String>,
}

/// Something that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    pub from: Time,
    pub to: Time,
    /// `busy`, `good`, `late`, `wait`, `open`, `lunch` or nothing.
    pub tone: &'static str,
    pub text: String,
    pub small: Option<String>,
    pub href: Option<String>,
}

const QUARTER: i64 = 15;
/// A working day, where nothing lies outside of it.
const FIRST: i64 = 8;
const LAST: i64 = 18;
/// So many hours the style sheet knows.
const WIDTHS: [i64; 11] = [8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 24];

/// The lanes of a day, from the first hour in which somebody has something to the last.
pub fn board(f: &Frame, day: Day, lanes: &[Lane]) -> Markup {
    let start = day.start(&f.company.zone);
    let blocks = || lanes.iter().flat_map(|it| &it.blocks);
    let first = blocks().map(|it| start.until(it.from).whole_hours()).fold(FIRST, i64::min).max(0);
    let last = blocks().map(|it| (start.until(it.to).whole_minutes() + 59) / 60);
    let last = last.fold(LAST, i64::max).min(24);
    let hours = WIDTHS.into_iter().find(|it| *it >= last - first).unwrap_or(24);
    let first = first.min(24 - hours);
    let opens = start.after(Span::hours(first));
    let now = opens.until(f.now).whole_minutes() / QUARTER;
    let now = (f.today() == day && (0..hours * 4).contains(&now)).then_some(now);
    html! {
        div class="sheet lanes" {
            div class="lane hours" {
                div class="who" {}
                div class={ "day hours-" (hours) } {
                    @for hour in 0..hours {
                        span class={ "q" (hour * 4) " w4" } { (first + hour) }
                    }
                }
            }
            @for lane in lanes {
                div class="lane" {
                    div class="who" { (lane.who) }
                    @match &lane.off {
                        Some(why) => { div class="day off" { (why) } }
                        None => {
                            div class={ "day hours-" (hours) } {
                                @for (block, row) in stacked(&lane.blocks) {
                                    (draw(block, row, opens, hours * 4))
                                }
                                @if let Some(now) = now {
                                    span class={ "nowline q" (now) } aria-hidden="true" {}
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn draw(it: &Block, row: usize, opens: Time, quarters: i64) -> Markup {
    let from = (opens.until(it.from).whole_minutes() / QUARTER).clamp(0, quarters - 1);
    let to = (opens.until(it.to).whole_minutes() + QUARTER - 1) / QUARTER;
    let length = (to - from).clamp(1, quarters - from);
    let row = if row > 0 { format!(" r{}", row + 1) } else { String::new() };
    let class = match it.tone {
        "lunch" => format!("lunch q{from} w{length}{row}"),
        tone => format!("job2 {tone} q{from} w{length}{row}"),
    };
    let inside = html! {
        (it.text) @if let Some(small) = &it.small { small { (small) } }
    };
    html! {
        @match &it.href {
            Some(href) => { a class=(class) href=(href) title=(it.text) { (inside) } }
            None => { span class=(class) { (inside) } }
        }
    }
}

/// Each block with its row: what overlaps lies below, in at most three rows.
fn stacked(blocks: &[Block]) -> Vec<(&Block, usize)> {
    let mut ends = [Time::from_millis(i64::MIN); 3];
    let mut sorted: Vec<_> = blocks.iter().collect();
    sorted.sort_by_key(|it| (it.from, it.to));
    let place = |it| {
        let block: &Block = it;
        let row = ends.iter().position(|end| *end <= block.from).unwrap_or(2);
        ends[row] = ends[row].max(block.to);
        (block, row)
    };
    sorted.into_iter().map(place).collect()
}
