//! Pictures and signatures: decoded and written anew, so that nothing but the picture is kept,
//! and stored under the hash of their content.

use std::{io::Cursor, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use kernel::{Error, Refusal, Result, refusals};
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use crate::{
    App,
    edge::{self, hex},
};

refusals! {
    NOT_A_PICTURE WrongMedia "photo.not_a_picture";
    HEIC          WrongMedia "photo.heic";
    TOO_MANY_PIXELS TooLarge "photo.too_many_pixels";
    TOO_LARGE     TooLarge   "photo.too_large";
    NO_FORM       WrongMedia "photo.no_form";
    MISSING       Invalid    "photo.missing";
    AWAY          Unavailable "photo.away";
}

pub const MOST_BYTES: usize = edge::MOST - (2 << 20);
const MOST_PIXELS: u64 = 50_000_000;
/// Nothing on a screen or a page is wider.
const WIDEST: u32 = 2048;

/// One at a time: a large picture takes two hundred megabytes while it is open.
static ONE: std::sync::LazyLock<Arc<Semaphore>> =
    std::sync::LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// A picture that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub file: String,
    pub width: i64,
    pub height: i64,
}

/// 照片: JPEG, PNG or WebP, kept as JPEG.
pub async fn keep(app: &App, bytes: Vec<u8>) -> Result<Kept> {
    let turn = Arc::clone(&ONE).acquire_owned().await.context("the pictures' turn")?;
    let folder = app.config.files.clone();
    let kept = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let picture = open(&bytes, &[ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP])?;
        let picture = if picture.width().max(picture.height()) > WIDEST {
            picture.thumbnail(WIDEST, WIDEST)
        } else {
            picture
        };
        write(&folder, DynamicImage::ImageRgb8(picture.to_rgb8()), ImageFormat::Jpeg)
    });
    kept.await.context("a picture")?
}

/// 签字: a PNG on which something is drawn.
pub async fn keep_signature(app: &App, base64: &str) -> Result<Kept> {
    use base64::Engine as _;
    let blank = || Refusal::field("signature_png", "signature.blank");
    let text = base64.trim().rsplit_once(',').map_or(base64.trim(), |it| it.1).to_owned();
    if text.is_empty() {
        return Err(blank().into());
    }
    if text.len() > MOST_BYTES {
        return Err(Refusal::field("signature_png", "signature.large").into());
    }
    let folder = app.config.files.clone();
    let kept = tokio::task::spawn_blocking(move || {
        let wrong = || Refusal::field("signature_png", "signature.not_png");
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).map_err(|_| wrong())?;
        let picture = open(&bytes, &[ImageFormat::Png]).map_err(|_| wrong())?;
        if is_blank(&picture) {
            return Err(blank().into());
        }
        write(&folder, picture, ImageFormat::Png)
    });
    kept.await.context("a signature")?
}

fn open(bytes: &[u8], formats: &[ImageFormat]) -> Result<DynamicImage> {
    if bytes.get(4..8) == Some(b"ftyp") {
        return Err(HEIC.into());
    }
    let format = image::guess_format(bytes).map_err(|_| NOT_A_PICTURE)?;
    if !formats.contains(&format) {
        return Err(NOT_A_PICTURE.into());
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(Limits::default());
    let mut decoder = reader.into_decoder().map_err(|_| NOT_A_PICTURE)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(TOO_MANY_PIXELS.into());
    }
    let turned = decoder.orientation().ok();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| NOT_A_PICTURE)?;
    if let Some(turned) = turned {
        picture.apply_orientation(turned);
    }
    Ok(picture)
}

/// All one colour, or nothing but transparency: nobody drew anything.
fn is_blank(picture: &DynamicImage) -> bool {
    let pixels = picture.to_rgba8();
    let seen = |it: &image::Rgba<u8>| if it.0[3] < 16 { [0; 4] } else { it.0 };
    let Some(first) = pixels.pixels().next().map(seen) else { return true };
    let differs = pixels.pixels().filter(|it| {
        let it = seen(it);
        it.iter().zip(first).any(|(a, b)| a.abs_diff(b) > 40)
    });
    // A dot is no signature.
    differs.take(20).count() < 20
}

fn write(folder: &std::path::Path, picture: DynamicImage, format: ImageFormat) -> Result<Kept> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).context("writing a picture")?;
    let name = hex(&Sha256::digest(&bytes));
    let ending = if format == ImageFormat::Png { "png" } else { "jpg" };
    let file = format!("{name}.{ending}");
    let path = path(folder, &file);
    if !path.exists() {
        put(&path, &bytes).map_err(unwritten)?;
    }
    let (width, height) = (i64::from(picture.width()), i64::from(picture.height()));
    Ok(Kept { file, width, height })
}

/// Whole or not at all: half a picture is never taken for one.
fn put(path: &std::path::Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let half = path.with_extension("half");
    let done = std::fs::write(&half, bytes).and_then(|()| std::fs::rename(&half, path));
    if done.is_err() {
        let _ = std::fs::remove_file(&half);
    }
    done
}

/// A disk that is full or takes nothing is no fault of the program: one comes back later.
fn unwritten(e: std::io::Error) -> Error {
    use std::io::ErrorKind as Kind;
    tracing::error!("writing a picture: {e}");
    match e.kind() {
        Kind::StorageFull
        | Kind::QuotaExceeded
        | Kind::ReadOnlyFilesystem
        | Kind::PermissionDenied => AWAY.into(),
        _ => Error::fault(format!("writing a picture: {e}")),
    }
}

/// Where a kept file lies: two letters of its name make a folder.
pub fn path(folder: &std::path::Path, file: &str) -> PathBuf {
    folder.join(file.get(..2).unwrap_or("__")).join(file)
}
