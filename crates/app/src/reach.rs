//! A grant as a condition: how far an arm reaches, in the words of the database. Every read of
//! what belongs to somebody goes through here.

use kernel::{Column as _, Value};
use rules::{
    org::is_leaf,
    policy::{Grant, Reach},
};

/// A condition with the values of its slots.
#[derive(Debug, Clone)]
pub struct Within {
    pub sql: String,
    pub args: Vec<Value>,
}

/// Rows whose path lies in reach; or, for the own, whose `own` column is the person.
pub fn within(grant: &Grant, path: &str, own: Option<&str>, slot: usize) -> Within {
    match grant.reach() {
        Reach::Everything => Within { sql: "1 = 1".into(), args: Vec::new() },
        Reach::Branch => branch(grant.path(), path, slot),
        Reach::Own => match (own, grant.person()) {
            (Some(own), Some(person)) => {
                Within { sql: format!("{own} = ${slot}"), args: vec![person.write()] }
            }
            _ => nothing(),
        },
        Reach::Nothing => nothing(),
    }
}

/// Everything at a place of the tree and below it. Where nothing can be below it, what lies there
/// stands together in the index, in the order in which lists want it.
pub fn branch(of: &str, path: &str, slot: usize) -> Within {
    if is_leaf(of) {
        let sql = format!("{path} = ${slot}");
        return Within { sql, args: vec![Value::Text(of.to_owned())] };
    }
    Within {
        sql: format!("({path} >= ${slot} and {path} < ${})", slot + 1),
        args: vec![Value::Text(of.to_owned()), Value::Text(after(of))],
    }
}

fn nothing() -> Within {
    Within { sql: "1 = 0".into(), args: Vec::new() }
}

/// The first text after everything that begins with the path: `/1/4/` → `/1/40`.
fn after(path: &str) -> String {
    let mut end = path.trim_end_matches('/').to_owned();
    end.push('0');
    end
}

/// Gathers conditions and the values of their slots, in order.
#[derive(Debug, Default)]
pub struct Where {
    parts: Vec<String>,
    pub args: Vec<Value>,
}

impl Where {
    pub fn new(grant: &Grant, path: &str, own: Option<&str>) -> Where {
        let within = within(grant, path, own, 1);
        Where { parts: vec![within.sql], args: within.args }
    }

    /// The number of the next slot.
    pub fn slot(&self) -> usize {
        self.args.len() + 1
    }

    /// `?` stands for the next slot.
    pub fn and(&mut self, sql: &str, value: Value) {
        let slot = format!("${}", self.slot());
        self.parts.push(sql.replace('?', &slot));
        self.args.push(value);
    }

    pub fn plain(&mut self, sql: impl Into<String>) {
        self.parts.push(sql.into());
    }

    /// One of several values; of none, nothing is asked.
    pub fn any(&mut self, column: &str, values: impl IntoIterator<Item = Value>) {
        let from = self.slot();
        self.args.extend(values);
        let slots: Vec<String> = (from..self.slot()).map(|i| format!("${i}")).collect();
        if !slots.is_empty() {
            self.parts.push(format!("{column} in ({})", slots.join(", ")));
        }
    }

    /// Its conditions stand elsewhere in the statement now; their values keep their slots.
    pub fn is_said(&mut self) {
        self.parts.clear();
    }

    pub fn sql(&self) -> String {
        if self.parts.is_empty() { "1 = 1".to_owned() } else { self.parts.join(" and ") }
    }
}

/// The same text with its slots so many further on, to stand beside another one in one query.
pub fn shifted(sql: &str, by: usize) -> String {
    let mut parts = sql.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let slot: usize = part[..digits].parse().unwrap_or_default();
        text.push_str(&format!("${}{}", slot + by, &part[digits..]));
    }
    text
}
