//! The same problem where nobody may come late to a window. Whatever holds there holds here too,
//! and serves as much: a search for a plan with soft windows begins with it.

use super::{Problem, build::traits};

impl Problem {
    /// None where no window is soft. What is late already, or was begun, stays as it is.
    pub(crate) fn punctual(&self) -> Option<Problem> {
        let begun: Vec<u32> =
            self.shifts.iter().flat_map(|it| it.begun.iter().map(|it| it.0)).collect();
        let opens = |at: usize| self.tasks[at].last >= self.tasks[at].first;
        let can_be_punctual =
            |at: &usize| self.tasks[*at].soft && opens(*at) && !begun.contains(&(*at as u32));
        let soft: Vec<usize> = (0..self.tasks.len()).filter(can_be_punctual).collect();
        if soft.is_empty() {
            return None;
        }
        let mut problem = self.clone();
        for at in soft {
            problem.tasks[at].soft = false;
        }
        problem.traits = traits(&problem);
        Some(problem)
    }
}
