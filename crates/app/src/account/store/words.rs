//! By what words people are found: name and its pinyin, login and phone.

use kernel::Result;
use platform::{db::Tx, search};

use super::{Person, read, select};

/// By name and its pinyin, login and phone; again whenever one of them is another.
pub async fn index(tx: &mut Tx, it: &Person) -> Result<()> {
    let words = search::Words::default()
        .name(&it.name)
        .text(&it.login)
        .phone(it.phone.as_deref().unwrap_or_default());
    search::file(tx, "person", it.id.as_str(), words).await
}

/// Those whose words are not filed: they were hired by a program that did not.
pub async fn not_indexed(tx: &mut Tx, most: i64) -> Result<Vec<Person>> {
    let sql = format!(
        "{} where not exists (select 1 from finds where finds.subject = people.id) limit {most}",
        select()
    );
    tx.rows(&sql, &[]).await?.iter().map(read).collect()
}
