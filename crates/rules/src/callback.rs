//! 回访: every finished order is called back; content closes it, not content reopens it.
//!
//! Source: [2] 100 % 回访; [3.3]; C16.

use kernel::{Field, Result, Wrongs, id, machine, refusals};

id! {
    /// A callback.
    CallbackId = "cbk";
}

machine! {
    /// Where a callback stands.
    pub enum CallbackStatus {
        Due "due",
        Tried "tried",
        Answered "answered",
        Unreachable "unreachable",
    }
    /// What can happen to it.
    pub enum CallbackStep {
        Answer "answer": Due | Tried => Answered;
        Miss "miss": Due | Tried => Tried;
        GiveUp "give_up": Due | Tried => Unreachable;
    }
}

impl CallbackStatus {
    /// Where somebody still has to call.
    pub const WAITING: [CallbackStatus; 2] = [CallbackStatus::Due, CallbackStatus::Tried];

    pub fn is_waiting(self) -> bool {
        CallbackStatus::WAITING.contains(&self)
    }
}

refusals! {
    NOT_DUE Conflict "callback.not_due";
}

/// What the customer said, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    pub reached: bool,
    /// 服务态度, 1–5.
    pub attitude: Option<i64>,
    /// 服务质量, 1–5.
    pub quality: Option<i64>,
    /// 故障是否解决.
    pub solved: Option<bool>,
    /// Would recommend, 0–10.
    pub nps: Option<i64>,
    pub text: Option<String>,
}

/// How a pack scores: at which score an order comes back, and how often one tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scoring {
    pub reopen_at: i64,
    pub tries: i64,
}

/// What follows from the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 满意: the order closes.
    Content,
    /// 不满意: the order is reopened and gets an owner.
    NotContent,
    TryAgain,
    /// Tried often enough: the order closes with that reason.
    GivenUp,
}

impl Said {
    /// Reached customers are asked everything; of the others there is nothing to say.
    pub fn check(&self) -> Result<()> {
        let mut wrongs = Wrongs::default();
        if self.reached {
            let scores = [("attitude", self.attitude), ("quality", self.quality)];
            for (field, score) in scores {
                match score {
                    None => wrongs.say(field, "missing"),
                    Some(1..=5) => (),
                    Some(_) => {
                        wrongs.add(Field::new(field, "range").with("min", 1i64).with("max", 5i64));
                    }
                }
            }
            if self.solved.is_none() {
                wrongs.say("solved", "missing");
            }
            if self.nps.is_some_and(|it| !(0..=10).contains(&it)) {
                wrongs.add(Field::new("nps", "range").with("min", 0i64).with("max", 10i64));
            }
        }
        wrongs.done()
    }

    /// `tries` counts this one too.
    pub fn outcome(&self, tries: i64, scoring: Scoring) -> Outcome {
        if !self.reached {
            return if tries >= scoring.tries { Outcome::GivenUp } else { Outcome::TryAgain };
        }
        let low = |score: Option<i64>| score.is_some_and(|it| it <= scoring.reopen_at);
        if self.solved == Some(false) || low(self.attitude) || low(self.quality) {
            Outcome::NotContent
        } else {
            Outcome::Content
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORING: Scoring = Scoring { reopen_at: 2, tries: 3 };

    fn said(attitude: i64, quality: i64, solved: bool) -> Said {
        let (attitude, quality) = (Some(attitude), Some(quality));
        Said { reached: true, attitude, quality, solved: Some(solved), ..Said::default() }
    }

    #[test]
    fn content_closes_and_not_content_reopens() {
        #[rustfmt::skip]
        let cases = [
            (said(5, 5, true), Outcome::Content),
            (said(3, 3, true), Outcome::Content),
            (said(2, 5, true), Outcome::NotContent),
            (said(5, 1, true), Outcome::NotContent),
            (said(5, 5, false), Outcome::NotContent),
        ];
        for (said, outcome) in cases {
            assert_eq!(said.outcome(1, SCORING), outcome, "{said:?}");
        }
    }

    #[test]
    fn the_third_try_is_the_last() {
        let missed = Said::default();
        assert_eq!(missed.outcome(1, SCORING), Outcome::TryAgain);
        assert_eq!(missed.outcome(2, SCORING), Outcome::TryAgain);
        assert_eq!(missed.outcome(3, SCORING), Outcome::GivenUp);
    }

    #[test]
    fn who_was_reached_is_asked_everything() {
        let error = Said { reached: true, nps: Some(11), ..Said::default() }.check().unwrap_err();
        let fields: Vec<_> =
            error.refusal().unwrap().fields.iter().map(|it| it.field.clone()).collect();
        assert_eq!(fields, ["attitude", "quality", "solved", "nps"]);
        assert!(said(6, 1, true).check().is_err());
        assert!(Said::default().check().is_ok());
    }
}
