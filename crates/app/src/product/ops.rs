//! Finding a product model, and learning one that was not known.

use std::collections::HashMap;

use kernel::{Column as _, Result};
use rules::{customer::ProductId, policy::Act};
use serde_json::json;

use super::store::{self, Product};
use crate::Cx;

pub async fn list(cx: &mut Cx, q: &str) -> Result<Vec<Product>> {
    cx.may(Act::Read)?;
    store::list(cx, q).await
}

pub async fn by_model(cx: &mut Cx, model: &str) -> Result<Option<Product>> {
    store::by_model(cx, model).await
}

/// The model's product, filed if it is new.
pub async fn find_or_file(cx: &mut Cx, model: &str, category: Option<&str>) -> Result<Product> {
    if let Some(known) = store::by_model(cx, model).await? {
        return Ok(known);
    }
    file(cx, model, category).await
}

/// Those of many models that are on file.
pub async fn by_models(
    cx: &mut Cx,
    models: impl Iterator<Item = String>,
) -> Result<HashMap<String, Product>> {
    let models: Vec<_> = models.map(|it| it.write()).collect();
    let known = store::by_models(cx, &models).await?;
    Ok(known.into_iter().map(|it| (it.model.clone(), it)).collect())
}

/// A model that is not on file.
pub async fn file(cx: &mut Cx, model: &str, category: Option<&str>) -> Result<Product> {
    let now = cx.now();
    let it = Product {
        id: ProductId::born(now, cx.dice()),
        model: model.to_owned(),
        category: category.map(str::to_owned),
        name: None,
    };
    store::insert(cx, &it).await?;
    cx.record("product.filed", &it.id, json!({"model": model})).await?;
    Ok(it)
}
