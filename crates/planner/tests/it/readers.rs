//! The formats of the literature.

use planner::{Objective, Options, Problem, What, check, plan, read};

const SOLOMON: &str = "C1

VEHICLE
NUMBER     CAPACITY
  2         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0       200          0
    1      3         4         10          0        50         10
    2      6         8         10         30        60         10
    3     -3         0         10          0       100         10
";

const TRSP: &str = "T1

INFO
CREW COUNT  SKILLS  TOOLS   SPARE PARTS
1       2       2       2

DEPOT TECHNICIANS AND REQUESTS
ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS
0    0     0     0      500    0      [] \t[] \t[]
1    10    0     0      500    0      [0,1] \t[] \t[1,0]
2    20    0     100    120    10     [0] \t[] \t[1,0]
3    30    0     0      400    10     [1] \t[1] \t[0,0]
";

fn solved(problem: &Problem, objective: Objective) -> planner::Plan {
    let mut options = Options::new(objective);
    options.iterations = Some(500);
    let found = plan(problem, &options, &mut |_| false);
    assert_eq!(check(problem, &found.plan).violations, []);
    found.plan
}

#[test]
fn solomon_counts_in_full_precision_or_in_tenths() {
    for (truncated, distance) in [(false, 10.0 + 10.0 + 6.0), (true, 26.0)] {
        let day = read::solomon(SOLOMON, truncated).expect("readable");
        assert_eq!(day.technicians.len(), 2);
        let problem = Problem::build(day, false).expect("good").problem;
        let plan = solved(&problem, Objective::distance());
        let figures = check(&problem, &plan).figures;
        assert!((figures.distance - distance).abs() < 1e-9, "{}", figures.distance);
        assert_eq!((figures.routes, figures.value_lost), (2, 0.0));
    }
}

#[test]
fn trsp_fetches_tools_at_the_depot_and_counts_the_shortest_day() {
    let day = read::trsp(TRSP).expect("readable");
    let problem = Problem::build(day, false).expect("good").problem;
    let plan = solved(&problem, Objective::working_time());
    // In whichever order the two are done, one of them needs a tool.
    let stops = plan.routes[0].stops.iter().map(|it| it.what);
    assert_eq!(stops.filter(|it| *it == What::Depot(0)).count(), 1);
    assert!(plan.unassigned.is_empty());
    // To the depot 10, to 2 20, there at 100, work 10, on 10, work 10, home 20.
    let figures = check(&problem, &plan).figures;
    assert_eq!(figures.duration as f64 * problem.travel().unit(), 80.0);
}

#[test]
fn what_is_not_readable_says_in_which_line() {
    let bad = read::solomon(&SOLOMON.replace("     10         30", "     xx         30"), true);
    assert_eq!(bad.expect_err("a letter").to_string(), "file.not_a_number line 12 xx");
    let short = read::solomon("C1\nVEHICLE\nNUMBER CAPACITY\n 2\n", true);
    assert_eq!(short.expect_err("one number").to_string(), "file.too_few_columns line 4 1");
    assert_eq!(
        read::solomon("", true).expect_err("empty").to_string(),
        "file.missing_part VEHICLE"
    );
    let bad = read::trsp(&TRSP.replace("\t[1,0]\n2", "\n2"));
    assert_eq!(bad.expect_err("two lists").to_string(), "file.too_few_columns line 10 8");
}
