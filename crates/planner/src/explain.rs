//! Why a job is left over, technician by technician; why it is with this one, and what the next
//! best would cost.

use crate::{
    objective::Objective,
    plan::Plan,
    problem::{Lack, Problem, lacks},
    search::{
        leg::{arrivals, start},
        place::{Asked, Blink},
        prices::Prices,
        route::{Sums, serve},
        state::State,
    },
    travel::{NEVER, NO_WAY, Time},
};

/// What one technician could do about a job.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    pub technician: usize,
    /// In units of travel, by the weights of the objective; None where it is not possible.
    pub cost: Option<f64>,
    /// What stands in the way.
    pub binding: Option<Binding>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Binding {
    /// As `too_late`.
    pub code: &'static str,
    /// Which skill, part or certificate.
    pub name: String,
    /// How much too late or too much; when a certificate ended.
    pub amount: i64,
}

/// Every code, for whoever has to find words for them.
pub const BINDINGS: &[&str] = &[
    "after_not_served",
    "capacity",
    "certificate",
    "certificate_ended",
    "fixed_elsewhere",
    "forbidden",
    "max_drive",
    "max_jobs",
    "max_work",
    "no_way",
    "not_together",
    "only_others",
    "skill",
    "skill_level",
    "tools_or_parts",
    "too_late",
];

fn binding(code: &'static str, name: impl Into<String>, amount: i64) -> Binding {
    Binding { code, name: name.into(), amount }
}

/// Of every technician, as if the job were not yet planned and all else were.
pub fn explain(problem: &Problem, objective: &Objective, plan: &Plan, job: usize) -> Vec<Reason> {
    let mut state = State::new(problem, Prices::of(objective).exact(objective));
    state.read(plan);
    state.pull(job as u32);
    state.reasons(job as u32)
}

/// Of what is left over, what comes nearest to being possible.
pub fn why_unassigned(
    problem: &Problem,
    objective: &Objective,
    plan: &Plan,
) -> Vec<(usize, Option<Binding>)> {
    let mut state = State::new(problem, Prices::of(objective).exact(objective));
    state.read(plan);
    let why = |job: &usize| {
        let reasons = state.reasons(*job as u32);
        let nearest = reasons
            .into_iter()
            .filter_map(|it| it.binding)
            .min_by_key(|it| (std::cmp::Reverse(rank(it.code)), it.amount));
        (*job, nearest)
    };
    plan.unassigned.iter().map(why).collect()
}

/// The later something comes to be asked, the nearer it was to being possible.
fn rank(code: &str) -> u8 {
    match code {
        "too_late" | "not_together" | "after_not_served" => 4,
        "max_drive" | "max_work" | "max_jobs" | "capacity" => 3,
        "tools_or_parts" => 2,
        "certificate_ended" | "skill_level" => 1,
        _ => 0,
    }
}

impl State<'_> {
    fn reasons(&self, job: u32) -> Vec<Reason> {
        let asked = self.ask(job);
        let technicians = 0..self.problem.day.technicians.len();
        technicians.map(|it| self.reason(&asked, it)).collect()
    }

    fn reason(&self, asked: &Asked<'_>, technician: usize) -> Reason {
        let mut cost = None;
        let mut nearest: Option<Binding> = None;
        for route in self.problem.shifts_of[technician].iter().map(|it| *it as usize) {
            let fits = self.problem.fits.has(asked.job, route as u32);
            let limit = cost.unwrap_or(f64::INFINITY);
            let spot = self.spot(asked, route, limit, &mut Blink::never()).filter(|_| fits);
            if let Some(spot) = spot {
                cost = Some(spot.cost);
                continue;
            }
            let found = self.binding(asked, route);
            let nearer = nearest
                .as_ref()
                .is_none_or(|it| (rank(it.code), -it.amount) < (rank(found.code), -found.amount));
            if nearer {
                nearest = Some(found);
            }
        }
        if cost.is_some() {
            nearest = self.ties(asked.job);
            cost = cost.filter(|_| nearest.is_none());
        }
        Reason { technician, cost, binding: nearest }
    }

    /// What a job waits for.
    fn ties(&self, job: u32) -> Option<Binding> {
        let task = &self.problem.tasks[job as usize];
        let first = self.problem.day.jobs.get(task.after as usize)?;
        let served = self.end_of(task.after).is_some();
        (!served).then(|| binding("after_not_served", &first.id, 0))
    }

    /// Why not in this shift.
    fn binding(&self, asked: &Asked<'_>, route: usize) -> Binding {
        let problem = self.problem;
        let (known, shift) = (&self.routes[route], &problem.shifts[route]);
        let job = &problem.day.jobs[asked.job as usize];
        let technician = &problem.day.technicians[shift.technician as usize];
        if let Some(lack) = lacks(job, technician, shift.begin) {
            return lack.binding();
        }
        let (load, tally) = (known.tally.load + asked.task.load, &known.tally);
        if load > shift.capacity {
            return binding("capacity", "", load - shift.capacity);
        }
        if tally.jobs >= shift.max_jobs {
            return binding("max_jobs", "", i64::from(shift.max_jobs));
        }
        let (short, drive) = self.shortage(asked, route);
        if short > Time::from(NO_WAY) / 2 {
            return binding("no_way", "", 0);
        }
        if short > 0 {
            return binding("too_late", "", short);
        }
        if known.stops_drive() + drive > shift.max_drive {
            return binding("max_drive", "", known.stops_drive() + drive - shift.max_drive);
        }
        let work = tally.work + problem.duration(asked.job, shift) + tally.travel + drive;
        if work > shift.max_work {
            return binding("max_work", "", work - shift.max_work);
        }
        let missing = self.sides(route, asked.job);
        if !missing.before && !missing.after {
            return binding("tools_or_parts", lacking(job, technician), 0);
        }
        binding("too_late", "", 0)
    }

    /// By how much the best place is too late, and how much longer the way is there.
    fn shortage(&self, asked: &Asked<'_>, route: usize) -> (Time, i64) {
        let problem = self.problem;
        let (known, shift) = (&self.routes[route], &problem.shifts[route]);
        let mut best = (NEVER, 0);
        for behind in known.begun..known.stops.len() - 1 {
            let (before, next) = (&known.stops[behind], &known.stops[behind + 1]);
            let there = asked.to.get(before.place as usize);
            let on = asked.from.get(next.place as usize);
            let sums = Sums::default();
            let (arrive, sums) = arrivals(problem, shift, before.early, there, sums);
            let soonest = arrive[0].min(arrive[1]);
            let short = if start(asked.task, &self.pins, asked.job, soonest).is_none() {
                soonest - asked.task.last
            } else {
                let mut sums = sums;
                let leave = serve(problem, shift, &self.pins, asked.job, arrive, &mut sums);
                let (arrive, _) = arrivals(problem, shift, leave, on, sums);
                (arrive[0] - next.late[0]).min(arrive[1] - next.late[1])
            };
            best = best.min((short.max(0), there + on - next.drive));
        }
        best
    }
}

/// The first tool or part that is not on the van.
fn lacking(job: &crate::problem::Job, technician: &crate::problem::Technician) -> String {
    let tool = job.tools.iter().find(|it| !technician.tools.contains(it));
    let part = job.parts.iter().map(|it| &it.0).next();
    tool.or(part).cloned().unwrap_or_default()
}

impl Lack {
    fn binding(self) -> Binding {
        match self {
            Lack::Forbidden => binding("forbidden", "", 0),
            Lack::OnlyOthers => binding("only_others", "", 0),
            Lack::FixedElsewhere => binding("fixed_elsewhere", "", 0),
            Lack::Skill(name) => binding("skill", name, 0),
            Lack::Level { skill, has, needs } => {
                binding("skill_level", skill, i64::from(needs) - i64::from(has))
            }
            Lack::Certificate(name) => binding("certificate", name, 0),
            Lack::CertificateEnded { name, end } => binding("certificate_ended", name, end),
        }
    }
}
