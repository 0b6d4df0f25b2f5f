//! Hashing, away from the database: it is slow on purpose, so it never happens inside a use case.

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version,
    password_hash::phc::PasswordHash,
};
use kernel::{Dice, Result};
use rules::account;
use tokio::sync::Semaphore;

use crate::App;

/// Each hash takes 19 MB on purpose; a morning on which three hundred people sign in at once takes
/// no more than this many.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Slow things on a thread for them, a few at a time.
async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = TURNS.acquire().await.map_err(|e| anyhow::anyhow!("waiting to hash: {e}"))?;
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|e| anyhow::anyhow!("hashing: {e}"))?)
}

/// Hashes on a thread for slow things.
pub async fn hash(app: &App, password: &str) -> Result<String> {
    let (argon, password) = (argon(app)?, password.to_owned());
    let salt = salt((app.dice)().as_mut());
    let hashed = in_turn(move || {
        let hashed = argon.hash_password_with_salt(password.as_bytes(), &salt);
        hashed.map(|it| it.to_string()).map_err(|e| anyhow::anyhow!("hashing: {e}"))
    });
    Ok(hashed.await??)
}

/// Takes as long whether there is such a person or not.
pub async fn verify(app: &App, password: &str, hashed: Option<String>) -> Result<bool> {
    let (argon, password) = (argon(app)?, password.to_owned());
    let (memory, passes) = app.config.argon2;
    let nobody = format!(
        "$argon2id$v=19$m={memory},t={passes},p=1$YWJjZGVmZ2hpamtsbW5vcA$\
         kQ2Jq2J0b2M2Zm9vYmFyYmF6cXV4cXV1eGNvcmdlZ3I"
    );
    let checked = in_turn(move || {
        let known = hashed.is_some();
        let text = hashed.unwrap_or(nobody);
        let parsed = PasswordHash::new(&text);
        let same = parsed.is_ok_and(|it| {
            count(&it);
            argon.verify_password(password.as_bytes(), &it).is_ok()
        });
        known && same
    });
    checked.await
}

/// How hard was worked, in kilobytes and passes: whoever watches the house sees somebody guessing.
fn count(hash: &PasswordHash) {
    if let Ok(it) = Params::try_from(hash) {
        let work = u64::from(it.m_cost()) * u64::from(it.t_cost());
        metrics::counter!("baoxiu_password_work_total").increment(work);
    }
}

fn argon(app: &App) -> Result<Argon2<'static>> {
    let (memory, passes) = app.config.argon2;
    let params = Params::new(memory, passes, 1, None);
    let params = params.map_err(|e| anyhow::anyhow!("argon2 parameters: {e}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn salt(dice: &mut dyn Dice) -> [u8; 16] {
    dice.roll().to_be_bytes()
}

/// A password for somebody who will choose their own, good enough for the company's rules.
pub fn for_somebody(app: &App, login: &str) -> String {
    let profile = app.company().passwords;
    let mut dice = (app.dice)();
    let mut password = made_up(dice.as_mut(), 12);
    // One of seven has no digit in it.
    for _ in 0..100 {
        if account::check_password(profile, login, &password).is_ok() {
            break;
        }
        password = made_up(dice.as_mut(), 12);
    }
    password
}

/// A password for somebody who will choose their own, or a key: letters nobody confuses.
pub fn made_up(dice: &mut dyn Dice, length: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut text = String::new();
    while text.len() < length {
        for byte in dice.roll().to_be_bytes() {
            // Above this a letter would come up more often than another.
            if byte < 220 && text.len() < length {
                text.push(LETTERS[byte as usize % LETTERS.len()] as char);
            }
        }
    }
    text
}
