//! 网络: the tree of headquarters, regions and outlets, with dealers and partners beside them, and
//! who serves which district. A region owns areas; it is not a province.
//!
//! Source: C1 [0][4.5][2].

use kernel::{Refusal, codes, machine, refusals};

use crate::policy::OrgId;

codes! {
    /// 组织类型.
    pub enum OrgKind {
        Hq "hq",
        Region "region",
        Outlet "outlet",
        Dealer "dealer",
        Partner "partner",
    }
}

machine! {
    /// Where an organisation stands.
    pub enum OrgStatus {
        Proposed "proposed",
        Active "active",
        Suspended "suspended",
        Closed "closed",
    }
    /// What can happen to it.
    pub enum OrgStep {
        Open "open": Proposed => Active;
        Suspend "suspend": Active => Suspended;
        Resume "resume": Suspended => Active;
        Close "close": Proposed | Active | Suspended => Closed;
    }
}

refusals! {
    WRONG_PARENT Invalid "org.wrong_parent";
    NOT_AN_OUTLET Invalid "org.not_an_outlet";
    HAS_OPEN_ORDERS Conflict "org.has_open_orders";
    HAS_BRANCHES    Conflict "org.has_branches";
    HEADQUARTERS    Conflict "org.headquarters";
    OWN_ORG         NotAllowed "org.own";
    STEP            Conflict "org.step_not_possible";
}

/// What hangs on an organisation that is about to be closed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bonds {
    /// Orders that are not closed, its own and of those below it.
    pub open_orders: i64,
    /// Organisations below it that are not closed.
    pub branches: i64,
}

impl OrgStatus {
    /// Where it stands after the step. Headquarters is never suspended or closed, and nothing is
    /// closed over open orders or over those below it.
    pub fn after_step(
        self,
        kind: OrgKind,
        step: OrgStep,
        bonds: Bonds,
    ) -> Result<OrgStatus, Refusal> {
        let next = self.after(step).ok_or(STEP)?;
        if kind == OrgKind::Hq && next != OrgStatus::Active {
            return Err(HEADQUARTERS);
        }
        if next == OrgStatus::Closed {
            if bonds.branches > 0 {
                return Err(HAS_BRANCHES.with("count", bonds.branches));
            }
            if bonds.open_orders > 0 {
                return Err(HAS_OPEN_ORDERS.with("count", bonds.open_orders));
            }
        }
        Ok(next)
    }
}

impl OrgKind {
    /// What may stand under what: outlets under a region or headquarters, nothing under an outlet.
    pub fn may_stand_under(self, parent: OrgKind) -> bool {
        match self {
            OrgKind::Hq => false,
            OrgKind::Region => parent == OrgKind::Hq,
            OrgKind::Outlet | OrgKind::Dealer | OrgKind::Partner => parent.takes_below(),
        }
    }
    /// Whether others may stand below it: regions below headquarters, outlets below both.
    pub fn takes_below(self) -> bool {
        matches!(self, OrgKind::Hq | OrgKind::Region)
    }

    /// Who takes orders and sends technicians.
    pub fn serves(self) -> bool {
        matches!(self, OrgKind::Outlet | OrgKind::Partner)
    }
}

/// Nothing stands under what stands under a region: a path of three parts has nothing below it.
pub fn is_leaf(path: &str) -> bool {
    path.split('/').filter(|it| !it.is_empty()).count() >= 3
}

/// An outlet that serves the district, as routing weighs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    pub org: OrgId,
    pub name: String,
    pub path: String,
    /// How many districts its territory has in all.
    pub districts: i64,
    /// Whether it names this very category, rather than taking any.
    pub for_category: bool,
    pub open_orders: i64,
}

/// Why it went there: the reason stands in the timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    OnlyOne,
    SmallestTerritory,
    Category,
    FewestOrders,
    NobodyServes,
}

impl Because {
    pub fn code(self) -> &'static str {
        match self {
            Because::OnlyOne => "only_one",
            Because::SmallestTerritory => "smallest_territory",
            Because::Category => "category",
            Because::FewestOrders => "fewest_orders",
            Because::NobodyServes => "nobody_serves",
        }
    }
}

/// Smallest territory, then product category, then fewest open orders.
pub fn choose(serving: &[Serving]) -> Option<(&Serving, Because)> {
    let key = |it: &&Serving| (it.districts, !it.for_category, it.open_orders, it.org.clone());
    let best = serving.iter().min_by_key(key)?;
    let rivals = |same: &dyn Fn(&&Serving) -> bool| serving.iter().filter(same).count() > 1;
    let because = if serving.len() == 1 {
        Because::OnlyOne
    } else if !rivals(&|it| it.districts == best.districts) {
        Because::SmallestTerritory
    } else if !rivals(&|it| (it.districts, it.for_category) == (best.districts, best.for_category))
    {
        Because::Category
    } else {
        Because::FewestOrders
    };
    Some((best, because))
}

#[cfg(test)]
mod tests {
    use kernel::{Dice, Time};

    use super::*;

    struct Counting(u128);
    impl Dice for Counting {
        fn roll(&mut self) -> u128 {
            self.0 += 1;
            self.0
        }
    }

    fn serving(name: &str, districts: i64, for_category: bool, open_orders: i64) -> Serving {
        let org = OrgId::born(Time::from_millis(0), &mut Counting(name.len() as u128));
        let (name, path) = (name.to_owned(), String::new());
        Serving { org, name, path, districts, for_category, open_orders }
    }

    #[test]
    fn nothing_stands_below_the_third_place_of_the_tree() {
        let under = |parent: OrgKind| {
            OrgKind::ALL.iter().copied().filter(move |it| it.may_stand_under(parent))
        };
        for second in under(OrgKind::Hq) {
            for third in under(second) {
                assert_eq!(under(third).count(), 0, "{third:?}");
            }
        }
        assert!(is_leaf("/1/4/17/") && !is_leaf("/1/4/") && !is_leaf("/1/"));
    }

    #[test]
    fn nothing_is_closed_over_open_orders_or_over_those_below_it() {
        use {OrgKind::*, OrgStatus as At, OrgStep::*};
        let bonds = |open_orders, branches| Bonds { open_orders, branches };
        let free = Bonds::default();
        #[rustfmt::skip]
        let cases = [
            (Outlet, At::Active,    Close,   free,        Ok(At::Closed)),
            (Outlet, At::Active,    Close,   bonds(1, 0), Err("org.has_open_orders")),
            (Region, At::Suspended, Close,   bonds(0, 1), Err("org.has_branches")),
            (Outlet, At::Active,    Suspend, bonds(9, 0), Ok(At::Suspended)),
            (Outlet, At::Closed,    Resume,  free,        Err("org.step_not_possible")),
            (Hq,     At::Active,    Suspend, free,        Err("org.headquarters")),
            (Outlet, At::Proposed,  Open,    free,        Ok(At::Active)),
        ];
        for (kind, status, step, bonds, after) in cases {
            let found = status.after_step(kind, step, bonds).map_err(|it| it.code);
            assert_eq!(found, after, "{kind} {status} {step}");
        }
    }

    #[test]
    fn the_smaller_territory_comes_first_then_the_category_then_the_load() {
        let wide = serving("wide", 11, false, 0);
        let near = serving("near one", 2, false, 9);
        let skilled = serving("skilled", 2, true, 20);
        let idle = serving("idle near", 2, false, 1);
        #[rustfmt::skip]
        let cases = [
            (vec![wide.clone()], "wide", Because::OnlyOne),
            (vec![wide.clone(), near.clone()], "near one", Because::SmallestTerritory),
            (vec![wide.clone(), near.clone(), skilled], "skilled", Because::Category),
            (vec![wide, near, idle], "idle near", Because::FewestOrders),
        ];
        for (all, name, because) in cases {
            let (best, why) = choose(&all).unwrap();
            assert_eq!((best.name.as_str(), why), (name, because));
        }
        assert_eq!(choose(&[]), None);
    }
}
