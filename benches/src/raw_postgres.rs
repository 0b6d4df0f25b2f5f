//! The bare engine, PostgreSQL: `pgbench -M prepared` sends the statements that the program sent
//! for one request, one by one. They are read from the server's log.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{
    cluster::{Cluster, PREFIX},
    house::on_core,
};

/// A statement and what stood in its slots.
#[derive(Debug, Clone)]
struct Said {
    sql: String,
    args: Vec<Option<String>>,
}

/// So many digits tell one transaction of `pgbench` from another.
const DIGITS: usize = 10;

/// Makes the script from two requests that were filed one after the other: what is the same in
/// both stays, what differs gets a value of its own in every transaction.
pub fn script(log: &Path, into: &Path) -> Result<usize> {
    let text = fs::read_to_string(log)?;
    let all: Vec<Vec<Said>> = transactions(&text)?;
    let filed =
        |it: &&Vec<Said>| it.iter().any(|said| said.sql.starts_with("insert into requests"));
    let asked = |it: &&Vec<Said>| it.iter().any(|said| said.sql.contains("k.hash = $1"));
    let filed: Vec<_> = all.iter().filter(filed).collect();
    let [.., one, two] = filed.as_slice() else { bail!("two requests were to be filed") };
    let who = all.iter().rfind(asked).context("nobody asked who it is")?;
    ensure!(one.len() == two.len(), "the two requests were filed otherwise");
    let mut lines = vec![format!("\\set n :n + 1"), "\\set k :n * 100 + :client_id".to_owned()];
    lines.push(format!("\\set k :k + {}", 10_i64.pow(DIGITS as u32 - 1)));
    let mut names = Names::default();
    let mut statements = Vec::new();
    for said in who {
        statements.push(filled(said, said, &mut names)?);
    }
    for (one, two) in one.iter().zip(two.iter()) {
        ensure!(one.sql == two.sql, "the two requests were filed otherwise");
        statements.push(filled(one, two, &mut names)?);
    }
    lines.extend(names.lines);
    let count = statements.len();
    lines.extend(statements);
    fs::write(into, lines.join("\n") + "\n")?;
    Ok(count)
}

/// Transactions per second, and milliseconds for each.
pub fn run(
    cluster: &Cluster,
    database: &str,
    script: &Path,
    clients: usize,
    seconds: u64,
    core: usize,
) -> Result<f64> {
    let program: PathBuf = cluster.program("pgbench");
    let mut pgbench = on_core(core, &program);
    pgbench.args(["-n", "-M", "prepared", "-D", "n=0", "-c", &clients.to_string()]);
    pgbench.args(["-T", &seconds.to_string(), "-f"]).arg(script).arg(cluster.url(database));
    let said = pgbench.output().context("starting pgbench")?;
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&said.stderr).into_owned();
    ensure!(said.status.success() && !wrong.contains("aborted"), "pgbench: {wrong}");
    let rate = text.lines().find_map(|it| it.strip_prefix("tps = ")?.split(' ').next());
    rate.and_then(|it| it.parse().ok()).with_context(|| format!("pgbench said {text}"))
}

/// What each connection said between `begin` and `commit`.
fn transactions(log: &str) -> Result<Vec<Vec<Said>>> {
    let mark = PREFIX.split('%').next().unwrap_or_default();
    let mut open: BTreeMap<String, Vec<Said>> = BTreeMap::new();
    let mut done = Vec::new();
    for entry in log.split(mark) {
        let Some((process, said)) = entry.split_once(' ') else { continue };
        let said = said.trim_end().replace("\n\t", "\n");
        let process = open.entry(process.to_owned()).or_default();
        if let Some(sql) = said.strip_prefix("LOG:  statement: ") {
            process.push(Said { sql: sql.to_owned(), args: Vec::new() });
            if sql == "commit" || sql == "rollback" {
                done.push(std::mem::take(process));
            }
        } else if let Some(rest) = said.strip_prefix("LOG:  execute ") {
            let (_, sql) = rest.split_once(": ").context("a statement")?;
            process.push(Said { sql: sql.to_owned(), args: Vec::new() });
        } else if let Some(args) = said.strip_prefix("DETAIL:  parameters: ") {
            let last = process.last_mut().context("parameters of nothing")?;
            last.args = parameters(args)?;
        }
    }
    Ok(done)
}

/// `$1 = 'it''s', $2 = NULL`
fn parameters(text: &str) -> Result<Vec<Option<String>>> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((_, value)) = rest.split_once(" = ") {
        if let Some(after) = value.strip_prefix("NULL") {
            all.push(None);
            rest = after;
            continue;
        }
        let mut word = String::new();
        let mut letters = value.strip_prefix('\'').context("a quote")?.char_indices().peekable();
        let end = loop {
            let (at, letter) = letters.next().context("a closing quote")?;
            if letter != '\'' {
                word.push(letter);
            } else if letters.next_if(|it| it.1 == '\'').is_some() {
                word.push('\'');
            } else {
                break at + 2;
            }
        };
        all.push(Some(word));
        rest = &value[end..];
    }
    Ok(all)
}

/// The numbers that differ from request to request, by what they were in the first.
#[derive(Default)]
struct Names {
    known: BTreeMap<String, String>,
    lines: Vec<String>,
}

impl Names {
    /// A number that grows with every transaction, from where it stood.
    fn number(&mut self, value: i64) -> String {
        let next = format!("v{}", self.known.len());
        let name = self.known.entry(value.to_string()).or_insert_with(|| {
            self.lines.push(format!("\\set {next} {value} + :k * 10"));
            next
        });
        format!(":{name}")
    }
}

fn filled(one: &Said, two: &Said, names: &mut Names) -> Result<String> {
    let mut sql = String::new();
    let mut rest = one.sql.as_str();
    while let Some((before, after)) = rest.split_once('$') {
        sql.push_str(before);
        let digits = after.chars().take_while(char::is_ascii_digit).count();
        let slot: usize = after[..digits].parse().context("a slot")?;
        let arg = |of: &Said| of.args.get(slot - 1).cloned().flatten();
        sql += &match (arg(one), arg(two)) {
            (None, _) | (_, None) => "null".to_owned(),
            (Some(one), Some(two)) if one == two => quoted(&one),
            (Some(one), Some(two)) => match one.parse::<i64>() {
                Ok(value) if one.len() < 17 && !one.starts_with('0') && value < 1 << 50 => {
                    names.number(value)
                }
                _ => differing(&one, &two),
            },
        };
        rest = &after[digits..];
    }
    sql.push_str(rest);
    Ok(sql.split_whitespace().collect::<Vec<_>>().join(" ") + ";")
}

/// Every word that was another one in the second request ends in digits of its own.
fn differing(one: &str, two: &str) -> String {
    let others: Vec<&str> = two.split(' ').collect();
    let words = one.split(' ').map(|word| {
        if others.contains(&word) {
            return quoted(word);
        }
        let keep = word.chars().count().saturating_sub(DIGITS).max(2);
        let kept: String = word.chars().take(keep).collect();
        format!("{} || :k", quoted(&kept))
    });
    format!("({})", words.collect::<Vec<_>>().join(" || ' ' || "))
}

/// A colon would begin a variable.
fn quoted(text: &str) -> String {
    if !text.contains(':') && !text.contains('\\') {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let text = text.replace('\\', "\\\\").replace('\'', "''").replace(':', "\\003A");
    format!("U&'{text}'")
}
