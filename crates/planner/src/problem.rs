//! What is to be planned: technicians with shifts, homes, lunch, skills and vans, and jobs with
//! places, windows and what they need. Written down in a [`Day`] as people know it, with ids;
//! [`Problem::build`] checks every row and compiles it.

mod build;
mod compiled;
mod fits;
mod punctual;
mod rows;
mod shifts;

pub use build::Built;
pub(crate) use compiled::{Bits, Lunch, NONE, Shift, Task, Window};
pub(crate) use fits::{Lack, lacks};

use crate::travel::{Time, Travel};

/// One planning horizon, of a day or of several.
#[derive(Debug, Clone)]
pub struct Day {
    pub travel: Travel,
    pub technicians: Vec<Technician>,
    pub jobs: Vec<Job>,
    pub depots: Vec<Depot>,
    /// Nothing new begins before it.
    pub now: Option<Time>,
    /// Job and technician of the plan that people already know.
    pub yesterday: Vec<(String, String)>,
}

#[derive(Debug, Clone, Default)]
pub struct Technician {
    /// Where it stands in its file, from 0.
    pub row: usize,
    pub id: String,
    /// Places, as the travel counts them. Without a home nobody can be planned.
    pub start: Option<usize>,
    pub end: Option<usize>,
    pub shifts: Vec<(Time, Time)>,
    pub lunch: Option<LunchBreak>,
    pub skills: Vec<(String, u32)>,
    /// With the time from which on they no longer hold.
    pub certificates: Vec<(String, Time)>,
    pub tools: Vec<String>,
    /// On the van, used up by jobs, for all shifts together.
    pub parts: Vec<(String, i64)>,
    /// Of the van, for the loads of jobs.
    pub capacity: Option<i64>,
    pub max_jobs: Option<u32>,
    /// Driving and working of a shift; waiting and lunch do not count.
    pub max_work: Option<Time>,
    /// Undisturbed driving of a shift.
    pub max_drive: Option<i64>,
    /// How long a shift may be overrun, and what a unit of it costs in units of travel.
    pub overtime: Time,
    pub overtime_weight: f64,
    /// Twice as fast: 2.
    pub speed: f64,
    /// What was begun before now, in its order, with its start.
    pub begun: Vec<(Begun, Time)>,
    /// Lunch that was begun before now.
    pub lunched: Option<Time>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    Job(String),
    Depot(String),
}

/// Once a shift, begun inside its window; it may interrupt the drive between two stops. Who is home
/// before the window ends needs none. Counted from the midnight before the shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunchBreak {
    pub seconds: Time,
    pub earliest: Time,
    pub latest: Time,
}

#[derive(Debug, Clone, Default)]
pub struct Job {
    /// Where it stands in its file, from 0.
    pub row: usize,
    pub id: String,
    pub place: usize,
    pub duration: Time,
    /// For the start of the work. None: any time.
    pub windows: Vec<(Time, Time)>,
    /// After the last window is allowed, and late.
    pub soft: bool,
    pub release: Option<Time>,
    /// For the end of the work; later is allowed, and late.
    pub due: Option<Time>,
    pub skills: Vec<(String, u32)>,
    pub certificates: Vec<String>,
    pub tools: Vec<String>,
    pub parts: Vec<(String, i64)>,
    pub load: i64,
    /// 1 is the most urgent.
    pub priority: u32,
    pub value: f64,
    /// Empty: everybody.
    pub only: Vec<String>,
    pub never: Vec<String>,
    pub prefer: Option<String>,
    /// Begins when that one has ended.
    pub after: Option<String>,
    /// How many technicians at once.
    pub together: u32,
    pub fixed: Option<Fixed>,
    /// Is being done, by `fixed.technician` since `fixed.start`.
    pub started: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fixed {
    pub technician: String,
    pub start: Option<Time>,
}

/// A place where tools and parts are fetched, on the way, in no time; once a shift at most.
#[derive(Debug, Clone, Default)]
pub struct Depot {
    pub id: String,
    pub place: usize,
    pub tools: Vec<String>,
    pub parts: Vec<(String, i64)>,
    /// Has everything, and never runs out.
    pub everything: bool,
}

/// A checked and compiled [`Day`].
#[derive(Debug, Clone)]
pub struct Problem {
    pub(crate) day: Day,
    pub(crate) shifts: Vec<Shift>,
    /// Jobs, then depots.
    pub(crate) tasks: Vec<Task>,
    /// Job × shift: may, but for parts and tools.
    pub(crate) fits: Bits,
    /// Job × shift: a tool is missing on the van.
    pub(crate) toolless: Bits,
    /// Technician × kind of part.
    pub(crate) stock: Vec<Vec<i64>>,
    /// Depot × kind of part.
    pub(crate) stored: Vec<Vec<i64>>,
    /// Depot × job: has what tools the job needs.
    pub(crate) has_tools: Vec<Vec<bool>>,
    /// Job → those that come after it.
    pub(crate) followers: Vec<Vec<u32>>,
    /// Technician → its shifts.
    pub(crate) shifts_of: Vec<Vec<u32>>,
    pub(crate) traits: Traits,
}

/// What occurs at all: what does not need not be looked at.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traits {
    /// Nothing but places, hard single windows and loads.
    pub plain: bool,
    /// The cost of a place cannot be told from its two drives.
    pub downstream: bool,
    /// Somebody may lack tools or parts.
    pub kit: bool,
    /// Jobs that depend on the times of others.
    pub tied: bool,
}

impl Problem {
    pub fn technicians(&self) -> &[Technician] {
        &self.day.technicians
    }

    pub fn jobs(&self) -> &[Job] {
        &self.day.jobs
    }

    pub fn depots(&self) -> &[Depot] {
        &self.day.depots
    }

    pub fn travel(&self) -> &Travel {
        &self.day.travel
    }

    pub fn day(&self) -> &Day {
        &self.day
    }

    /// Technician and shift, as routes are numbered.
    pub fn shift(&self, route: usize) -> (usize, (Time, Time)) {
        let shift = &self.shifts[route];
        (shift.technician as usize, (shift.begin, shift.end))
    }

    pub fn routes(&self) -> usize {
        self.shifts.len()
    }

    pub fn job_named(&self, id: &str) -> Option<usize> {
        self.day.jobs.iter().position(|it| it.id == id)
    }

    pub(crate) fn is_depot(&self, task: u32) -> bool {
        task as usize >= self.day.jobs.len()
    }

    /// The work of a task by the technician of a shift.
    #[inline]
    pub(crate) fn duration(&self, task: u32, shift: &Shift) -> Time {
        let duration = self.tasks[task as usize].duration;
        if shift.speed == 1.0 {
            duration
        } else {
            (duration as f64 / shift.speed - 1e-9).ceil() as Time
        }
    }
}

impl Job {
    /// How much a unit of lateness weighs.
    pub(crate) fn urgency(&self) -> i64 {
        i64::from(5 - self.priority.clamp(1, 4))
    }
}
