//! The walls inside the app: reading order, private stores, where SQL and HTTP stand, and whose
//! tables are whose.

use super::source::{Source, none, root, sources, words};

/// What is shared by all capabilities and is none itself.
const SHARED: &[&str] = &[
    "app",
    "cli",
    "calc",
    "company",
    "cx",
    "edge",
    "migrations",
    "paging",
    "pulse",
    "reach",
    "reactions",
    "packs",
    "say",
    "schedule",
    "server",
    "ui",
    "typed",
    "import",
    "demo",
];

/// Whose table is whose; what belongs to nobody is the house's own.
const TABLES: &[(&str, &[&str])] = &[
    ("org", &["orgs", "territories"]),
    ("account", &["people", "certificates", "absences", "shifts", "roles", "keys", "views"]),
    ("customer", &["customers", "acquaintances", "sights"]),
    ("product", &["products"]),
    ("device", &["devices", "usages"]),
    ("notice", &["notices"]),
    ("warranty", &["decisions"]),
    ("promise", &["promises"]),
    ("order", &["orders"]),
    ("intake", &["requests", "drafts"]),
    ("dispatch", &["visits"]),
    ("visit", &["parts", "charges", "consents", "photos"]),
    ("callback", &["callbacks"]),
];

/// Calls against the reading order, both for reading what was typed. The list may only shrink.
const EARLY: &[(&str, &str)] = &[
    ("crates/app/src/account/ops/people.rs", "customer"),
    ("crates/app/src/org/ops.rs", "customer"),
];

/// What all share and keeps in tables of the house, without a store of its own; the list may only
/// shrink.
const SQL: &[&str] =
    &["cli/demo.rs", "company.rs", "cx.rs", "edge/once.rs", "packs.rs", "schedule.rs", "server.rs"];

/// The capabilities, in the order in which `lib.rs` lists them, shared parts left out.
fn capabilities() -> Vec<String> {
    let lib = std::fs::read_to_string(root().join("crates/app/src/lib.rs")).unwrap();
    let names = lib.lines().filter_map(|line| {
        let name = line.trim().strip_prefix("pub mod ").or(line.trim().strip_prefix("mod "))?;
        name.strip_suffix(';').map(str::to_owned)
    });
    names.filter(|it| !SHARED.contains(&it.as_str())).collect()
}

/// The capability a file belongs to, if it belongs to one.
fn home(file: &Source, all: &[String]) -> Option<usize> {
    let inside = file.path.strip_prefix("crates/app/src/")?;
    let folder = inside.split(['/', '.']).next()?;
    all.iter().position(|it| it == folder)
}

/// The modules of this crate that a file names, each with where.
fn named(file: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in file.code.match_indices("crate::") {
        let rest = &file.code[at + "crate::".len()..];
        if let Some(tree) = rest.strip_prefix('{') {
            found.extend(first_names(tree).into_iter().map(|it| (at, it)));
        } else {
            found.push((at, name(rest)));
        }
    }
    found
}

fn name(text: &str) -> String {
    text.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
}

/// `{Cx, account, order::{self, ops}}`: Cx, account, order.
fn first_names(tree: &str) -> Vec<String> {
    let (mut depth, mut fresh) = (1, true);
    let mut names = Vec::new();
    for (at, letter) in tree.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => fresh = true,
            it if fresh && it.is_alphabetic() => {
                names.push(name(&tree[at..]));
                fresh = false;
            }
            _ => (),
        }
        if depth == 0 {
            break;
        }
    }
    names
}

#[test]
fn lib_lists_the_capabilities_in_reading_order_and_desk_last() {
    let all = capabilities();
    let listed: Vec<_> = TABLES.iter().map(|it| it.0).collect();
    let known = all.iter().map(String::as_str).filter(|it| listed.contains(it));
    assert_eq!(known.collect::<Vec<_>>(), listed, "the order of lib.rs");
    let last = all.last().unwrap();
    assert_eq!(last, "desk", "desk gathers from all and is listed last");
}

#[test]
fn a_capability_calls_only_those_listed_before_it() {
    let all = capabilities();
    let mut broken = Vec::new();
    for file in sources("crates/app/src") {
        let Some(home) = home(&file, &all) else { continue };
        for (at, name) in named(&file) {
            let Some(other) = all.iter().position(|it| *it == name) else { continue };
            let known = EARLY.contains(&(file.path.as_str(), name.as_str()));
            if other > home && !known && !later(&file.path) {
                broken.push(format!("{} calls {name}, listed later", file.at(at)));
            }
        }
    }
    none(&broken, "those after hear by events and reactions.rs");
}

/// Pages gather: they link to and show what later capabilities know. The rules of reading order
/// hold for what is done, in `ops` and `store`.
fn later(path: &str) -> bool {
    path.ends_with("/pages.rs") || path.contains("/pages/")
}

#[test]
fn what_all_share_knows_no_capability_but_for_the_wiring() {
    // app, cli, reactions, schedule and server are the wiring; edge asks account who it is.
    let wiring = [
        "app.rs",
        "cli",
        "calc",
        "lib.rs",
        "main.rs",
        "reactions.rs",
        "schedule.rs",
        "server.rs",
        "import",
        "demo",
        "ui",
    ];
    let allowed = [("edge/who.rs", "account"), ("edge/body.rs", ""), ("cx.rs", "")];
    let all = capabilities();
    let mut broken = Vec::new();
    for file in sources("crates/app/src").iter().filter(|it| home(it, &all).is_none()) {
        let inside = file.path.strip_prefix("crates/app/src/").unwrap();
        if wiring.iter().any(|it| inside == *it || inside.starts_with(&format!("{it}/"))) {
            continue;
        }
        for (at, name) in named(file) {
            let is_one = all.contains(&name);
            if is_one && !allowed.contains(&(inside, name.as_str())) {
                broken.push(format!("{} names {name}", file.at(at)));
            }
        }
    }
    none(&broken, "what all share stands below the capabilities");
}

#[test]
fn a_store_is_private_to_its_folder() {
    let mut broken = Vec::new();
    for file in sources("crates/app/src") {
        if file.path.ends_with("/mod.rs") && file.code.contains("pub mod store") {
            broken.push(format!("{} opens its store", file.path));
        }
        for (at, _) in file.code.match_indices("::store::") {
            let before = &file.code[..at];
            if before.ends_with("crate") || !before.ends_with("super") {
                broken.push(format!("{} reaches into a store", file.at(at)));
            }
        }
        let shell = ["/pages.rs", "/api.rs"].iter().any(|it| file.path.ends_with(it))
            || file.path.contains("/api/")
            || file.path.contains("/pages/");
        let mut named = words(&file.code, "store");
        let calls = named.any(|at| file.code[at..].starts_with("store::"));
        // A person's own sessions and tokens are shown as they are kept.
        let known = file.path.ends_with("account/pages/me.rs");
        if shell && calls && !known {
            broken.push(format!("{} calls a store instead of ops", file.path));
        }
    }
    none(&broken, "only a capability's own ops use its store");
}

/// The beginnings of a statement.
fn is_sql(text: &str) -> bool {
    let text = text.trim_start().to_lowercase();
    let begins = [
        ("select ", ""),
        ("insert ", "into"),
        ("update ", " set "),
        ("delete from ", ""),
        ("create table ", ""),
        ("create index ", ""),
        ("drop table ", ""),
        ("with ", "select "),
    ];
    begins.iter().any(|(begin, has)| text.starts_with(begin) && text.contains(has))
}

#[test]
fn sql_stands_only_in_stores_migrations_and_the_platform() {
    let mut broken = Vec::new();
    for file in sources("crates/app/src").iter().chain(&sources("crates/rules/src")) {
        if file.path.ends_with("/store.rs") || file.path.contains("/store/") {
            continue;
        }
        if SQL.iter().any(|it| file.path == format!("crates/app/src/{it}")) {
            continue;
        }
        let found = file.quoted().into_iter().filter(|(_, text)| is_sql(text));
        broken.extend(found.map(|(at, text)| {
            format!("{} {}", file.at(at), text.lines().next().unwrap_or_default())
        }));
    }
    none(&broken, "SQL outside of a store");
}

#[test]
fn http_ends_at_pages_api_edge_and_ui() {
    let ends = ["/pages", "/api", "/edge", "/ui", "server.rs", "/cli"];
    let mut broken = Vec::new();
    for file in sources("crates/app/src") {
        let inside = file.path.trim_start_matches("crates/app/src");
        if ends.iter().any(|it| inside.contains(it)) {
            continue;
        }
        for word in ["axum", "tower", "tower_http", "StatusCode", "HeaderMap"] {
            broken.extend(words(&file.code, word).map(|at| format!("{} {word}", file.at(at))));
        }
    }
    none(&broken, "HTTP is known where it should not be");
}

/// Reads join tables listed before one's own, and writes touch one's own only.
#[test]
fn a_store_writes_its_own_tables_and_reads_those_listed_before() {
    let order: Vec<&str> = TABLES.iter().map(|it| it.0).collect();
    let mut broken = Vec::new();
    for file in sources("crates/app/src").iter().filter(|it| it.path.ends_with("/store.rs")) {
        let folder = file.path.trim_start_matches("crates/app/src/").split('/').next().unwrap();
        let Some(home) = order.iter().position(|it| *it == folder) else { continue };
        for (at, text) in file.quoted() {
            for (theirs, table, writes) in touched(&text) {
                let there = order.iter().position(|it| *it == theirs).unwrap();
                let fine = if writes { there == home } else { there <= home };
                // A request becomes an order: the two are one story in two tables.
                let twins = folder == "intake" && table == "orders" && !writes;
                let back = folder == "order" && table == "requests" && !writes;
                // Of several outlets the one with the fewest open orders gets it.
                let load = folder == "org" && table == "orders" && !writes;
                if !fine && !twins && !back && !load {
                    let how = if writes { "writes" } else { "reads" };
                    broken.push(format!("{} {how} {table} of {theirs}", file.at(at)));
                }
            }
        }
    }
    none(&broken, "a store reaches into the tables of others");
}

/// The tables in a statement, with whose they are and whether they are written.
fn touched(sql: &str) -> Vec<(&'static str, &'static str, bool)> {
    let plain = sql.to_lowercase();
    let mut found = Vec::new();
    for (whose, tables) in TABLES {
        for table in *tables {
            for (before, writes) in [
                ("from ", false),
                ("join ", false),
                ("insert into ", true),
                ("update ", true),
                ("delete from ", true),
            ] {
                let phrase = format!("{before}{table}");
                let there = words(&plain, &phrase).any(|at| {
                    // "delete from" is said once, as a write.
                    writes || !plain[..at].ends_with("delete ")
                });
                if there {
                    found.push((*whose, *table, writes));
                }
            }
        }
    }
    found
}
