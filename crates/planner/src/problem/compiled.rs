//! Shifts and tasks as the search reads them.

use crate::travel::Time;

/// No shift, no task, no technician.
pub(crate) const NONE: u32 = u32::MAX;

/// One technician on one day: one route.
#[derive(Debug, Clone)]
pub(crate) struct Shift {
    pub technician: u32,
    /// Not before now.
    pub begin: Time,
    pub end: Time,
    /// With all the overtime there may be.
    pub latest: Time,
    pub lunch: Option<Lunch>,
    pub start_place: u32,
    pub end_place: u32,
    pub capacity: i64,
    pub max_jobs: u32,
    pub max_work: Time,
    pub max_drive: i64,
    pub overtime_weight: f64,
    pub speed: f64,
    /// Tasks that were begun before now, with their starts.
    pub begun: Vec<(u32, Time)>,
    pub lunched: Option<Time>,
    /// Shifts of one class cannot be told apart.
    pub class: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lunch {
    pub length: Time,
    pub earliest: Time,
    pub latest: Time,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Window {
    pub from: Time,
    pub to: Time,
}

#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub place: u32,
    pub duration: Time,
    /// Sorted, not empty, already cut to release and now.
    pub windows: Vec<Window>,
    /// Of the first window to the last.
    pub first: Time,
    pub last: Time,
    pub soft: bool,
    pub due: Time,
    pub urgency: i64,
    pub load: i64,
    pub value: f64,
    pub first_priority: bool,
    pub parts: Vec<(u32, i64)>,
    pub tools: bool,
    pub after: u32,
    pub together: u32,
    pub prefer: u32,
    pub yesterday: u32,
    /// Neither taken out nor moved by the search.
    pub held: bool,
}

/// A table of yes and no.
#[derive(Debug, Clone)]
pub(crate) struct Bits {
    width: usize,
    words: Vec<u64>,
}

impl Bits {
    pub fn new(rows: usize, columns: usize) -> Bits {
        let width = columns.div_ceil(64);
        Bits { width, words: vec![0; rows * width] }
    }

    pub fn set(&mut self, row: u32, column: u32) {
        self.words[row as usize * self.width + column as usize / 64] |= 1 << (column % 64);
    }

    #[inline]
    pub fn has(&self, row: u32, column: u32) -> bool {
        self.words[row as usize * self.width + column as usize / 64] >> (column % 64) & 1 == 1
    }
}

impl Task {
    /// When the work begins for who arrives then.
    #[inline]
    pub fn start(&self, arrive: Time) -> Option<Time> {
        for window in &self.windows {
            if arrive <= window.to {
                return Some(arrive.max(window.from));
            }
        }
        self.soft.then_some(arrive)
    }

    /// The latest arrival for the work to begin by then.
    #[inline]
    pub fn latest_arrival(&self, start_by: Time) -> Option<Time> {
        let last = self.windows.last()?;
        if self.soft && start_by >= last.from {
            return Some(start_by);
        }
        let open = self.windows.iter().rev().find(|it| it.from <= start_by)?;
        Some(start_by.min(open.to))
    }

    pub fn lateness(&self, start: Time, leave: Time) -> Time {
        let of_window = if self.soft { start - self.last } else { 0 };
        of_window.max(leave - self.due).max(0)
    }
}
