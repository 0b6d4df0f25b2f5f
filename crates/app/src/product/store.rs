//! Product models in the database.

use kernel::{Column, Result, Value};
use platform::record;
use rules::customer::ProductId;

use crate::Cx;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub id: ProductId,
    pub model: String,
    pub category: Option<String>,
    pub name: Option<String>,
}

record! { Product in "products" { id, model, category, name } }

pub async fn insert(cx: &mut Cx, it: &Product) -> Result<()> {
    cx.tx.insert(TABLE, COLUMNS, &write(it)).await
}

pub async fn by_model(cx: &mut Cx, model: &str) -> Result<Option<Product>> {
    let sql = format!("{} where model = $1", select());
    let row = cx.tx.row(&sql, &[Value::Text(model.to_owned())]).await?;
    row.as_ref().map(read).transpose()
}

pub async fn by_models(cx: &mut Cx, models: &[Value]) -> Result<Vec<Product>> {
    let sql = format!("{} where model in (?)", select());
    cx.tx.rows_among(&sql, &[], models).await?.iter().map(read).collect()
}

pub async fn list(cx: &mut Cx, q: &str) -> Result<Vec<Product>> {
    let sql = format!(
        "{} where lower(model) like $1 or lower(coalesce(category, '')) like $1
         order by model limit 200",
        select()
    );
    let like = format!("%{}%", q.trim().to_lowercase().replace(['%', '_'], ""));
    cx.tx.rows(&sql, &[like.write()]).await?.iter().map(read).collect()
}
