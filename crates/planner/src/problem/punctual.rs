//! The same problem where nobody may come late to a window. Whatever holds there holds here too,
//! and serves as much: a search for a plan with soft windows begins with it.

use super::{Problem, build::traits};

impl Problem {
    /// None where no window is soft. What can only be late stays soft. What was begun cannot be
    /// changed and is hard too: its lateness would heat the search of one and not of the other, and
    /// the two would not find the same.
    pub(crate) fn punctual(&self) -> Option<Problem> {
        let begun: Vec<u32> =
            self.shifts.iter().flat_map(|it| it.begun.iter().map(|it| it.0)).collect();
        let begun = |at: usize| begun.contains(&(at as u32));
        let opens = |at: usize| self.tasks[at].last >= self.tasks[at].first;
        let soft = (0..self.tasks.len()).filter(|it| self.tasks[*it].soft);
        let soft: Vec<usize> = soft.filter(|it| opens(*it) || begun(*it)).collect();
        if soft.iter().all(|it| begun(*it)) {
            return None;
        }
        let mut problem = self.clone();
        for at in soft {
            let task = &mut problem.tasks[at];
            task.soft = false;
            task.last = task.windows.last().map_or(task.last, |it| it.to);
        }
        problem.traits = traits(&problem);
        Some(problem)
    }
}
