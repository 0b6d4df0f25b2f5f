//! A house that grew: everything out of an embedded database into a server's, as it stands.

use std::path::Path;

use anyhow::Context as _;
use bytes::{BufMut as _, BytesMut};
use kernel::{Error, Result};
use rusqlite::{Connection, OpenFlags, types::ValueRef};

use super::{Db, Tx};

/// So much is sent at a time.
const PIECE: usize = 1 << 16;

/// Moves every row, with its place in the chain, in one transaction: all of it is there, or
/// nothing. Both have the same schema, nobody writes to the embedded one meanwhile, and nobody
/// lives in the other yet: what a new house has of itself gives way. Returns how many rows there
/// were.
pub async fn move_sqlite(from: &Path, to: &Db) -> Result<u64> {
    let from = from.to_owned();
    let moved = to.act(async move |mut tx| {
        let source = Connection::open_with_flags(&from, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .with_context(|| from.display().to_string())?;
        let tables = tables(&source)?;
        for table in tables.iter().rev() {
            tx.run(&format!("delete from {table}"), &[]).await?;
        }
        let mut rows = 0;
        for table in tables.iter().filter(|it| *it != FINDS) {
            rows += pour(&mut tx, &source, table).await?;
        }
        rows += finds(&mut tx, &source).await?;
        go_on_counting(&mut tx).await?;
        // The server's own hand comes round in a minute; until then it would guess. Tables of others
        // that stand beside ours are none of our business.
        tx.run(&format!("analyze {}", tables.join(", ")), &[]).await?;
        Ok(rows)
    });
    moved.await
}

/// What is found, with its words, which are kept in another way on each engine.
const FINDS: &str = "finds";

/// In the order in which they were made, so that what refers to a row comes after it.
fn tables(source: &Connection) -> Result<Vec<String>> {
    let sql = "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'
               and name not like 'words%' and name <> 'migrations' order by rowid";
    let mut statement = source.prepare(sql).context("tables")?;
    let names = statement.query_map([], |row| row.get(0)).context("tables")?;
    Ok(names.collect::<rusqlite::Result<_>>().context("tables")?)
}

async fn pour(tx: &mut Tx, source: &Connection, table: &str) -> Result<u64> {
    let all = format!("select * from {table}");
    let mut statement = source.prepare(&all).with_context(|| all.clone())?;
    let columns = statement.column_names().collect::<Vec<_>>().join(", ");
    copy(tx, &format!("{table} ({columns})"), &mut statement).await
}

/// What a statement yields, into a table, a piece at a time however much it is.
async fn copy(tx: &mut Tx, into: &str, statement: &mut rusqlite::Statement<'_>) -> Result<u64> {
    let width = statement.column_count();
    let mut rows = statement.query([]).with_context(|| into.to_owned())?;
    let mut pouring = tx.pour(&format!("copy {into} from stdin")).await?;
    let mut piece = BytesMut::with_capacity(2 * PIECE);
    while let Some(row) = rows.next().with_context(|| into.to_owned())? {
        for at in 0..width {
            if at > 0 {
                piece.put_u8(b'\t');
            }
            put(&mut piece, row.get_ref(at).with_context(|| into.to_owned())?)?;
        }
        piece.put_u8(b'\n');
        if piece.len() >= PIECE {
            pouring.put(piece.split().freeze()).await?;
        }
    }
    pouring.put(piece.freeze()).await?;
    pouring.end().await
}

/// As `copy` reads it: tabs between cells, what is nothing as `\N`.
fn put(out: &mut BytesMut, cell: ValueRef<'_>) -> Result<()> {
    match cell {
        ValueRef::Null => out.put_slice(b"\\N"),
        ValueRef::Integer(number) => out.put_slice(number.to_string().as_bytes()),
        ValueRef::Text(text) => {
            for byte in text {
                match byte {
                    b'\\' => out.put_slice(b"\\\\"),
                    b'\t' => out.put_slice(b"\\t"),
                    b'\n' => out.put_slice(b"\\n"),
                    b'\r' => out.put_slice(b"\\r"),
                    byte => out.put_u8(*byte),
                }
            }
        }
        other => return Err(Error::fault(format!("a cell of type {}", other.data_type()))),
    }
    Ok(())
}

/// The embedded index keeps no texts, but it knows in which find each word stands.
async fn finds(tx: &mut Tx, source: &Connection) -> Result<u64> {
    let open = "create virtual table temp.held using fts5vocab(main, words, instance)";
    source.execute_batch(open).context("reading the index")?;
    for temporary in ["held (id bigint, word text)", "bare (id bigint, kind text, subject text)"] {
        tx.run(&format!("create temporary table {temporary} on commit drop"), &[]).await?;
    }
    let mut held = source.prepare("select doc, term from held").context("the index")?;
    copy(tx, "held (id, word)", &mut held).await?;
    let mut bare = source.prepare("select id, kind, subject from finds").context("finds")?;
    copy(tx, "bare (id, kind, subject)", &mut bare).await?;
    let gather = "insert into finds (id, kind, subject, tokens)
                  select id, kind, subject, coalesce(tokens, '') from bare left join
                  (select id, array_to_tsvector(array_agg(distinct word)) as tokens from held
                   group by id) as words using (id)";
    tx.run(gather, &[]).await
}

/// Where the server counts by itself it goes on behind what was moved.
async fn go_on_counting(tx: &mut Tx) -> Result<()> {
    let sql = "select table_name, column_name from information_schema.columns
               where is_identity = 'YES' and table_schema = current_schema()";
    for row in tx.rows(sql, &[]).await? {
        let (table, column): (String, String) = (row.get(0)?, row.get(1)?);
        let set = format!(
            "select setval(pg_get_serial_sequence('{table}', '{column}'), max({column}))
             from {table} having max({column}) is not null"
        );
        tx.rows(&set, &[]).await?;
    }
    Ok(())
}
