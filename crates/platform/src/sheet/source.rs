//! Where the bytes of a table lie: in a file or in memory, perhaps in an archive, perhaps packed.
//! It can be opened again and again, and never gives more than it may.

use std::{
    fs::File,
    io::{self, BufReader, Cursor, Read, Seek, SeekFrom},
    path::PathBuf,
    sync::Arc,
};

use flate2::{Crc, bufread::MultiGzDecoder, read::DeflateDecoder};
use zip::CompressionMethod;

use super::trouble::{self, Trouble};

/// What an archive may unpack to.
pub(super) const MOST_BYTES: u64 = 2 << 30;
/// What is put into memory whole: a workbook inside an archive.
const MOST_IN_MEMORY: u64 = 256 << 20;
/// Deflate reaches 1,032 to one; event logs that people send reach 50.
const MOST_TIMES: u64 = 200;
/// Below this nobody minds how well it was packed.
const SMALL: u64 = 64 << 20;
const MOST_PARTS: usize = 10_000;

pub(super) type Bytes = Box<dyn Read + Send>;

#[derive(Debug, Clone)]
pub(super) struct Source {
    pub store: Store,
    pub part: Option<Part>,
    pub gz: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Store {
    File(PathBuf),
    Memory(Arc<[u8]>),
}

/// One file in an archive.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub name: String,
    start: u64,
    packed: u64,
    crc: u32,
    method: CompressionMethod,
    encrypted: bool,
}

impl Source {
    pub fn open(&self) -> Result<Bytes, Trouble> {
        let (bytes, size) = match &self.part {
            Some(part) => (part.open(&self.store)?, part.packed),
            None => (Box::new(self.store.open()?) as Bytes, self.store.size()?),
        };
        if !self.gz {
            return Ok(bytes);
        }
        let unpacked = MultiGzDecoder::new(BufReader::with_capacity(64 << 10, bytes));
        Ok(Box::new(Limited::new(unpacked, size)))
    }

    /// The first bytes, fewer only where there are no more.
    pub fn head(&self, most: usize) -> Result<Vec<u8>, Trouble> {
        let mut head = Vec::new();
        self.open()?.take(most as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// A workbook is read back and forth: one that is packed goes into memory first.
    pub fn unpacked(&self) -> Result<Store, Trouble> {
        if self.part.is_none() && !self.gz {
            return Ok(self.store.clone());
        }
        let mut bytes = Vec::new();
        self.open()?.take(MOST_IN_MEMORY + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_IN_MEMORY {
            return Err(Trouble::new(trouble::TOO_BIG).with("most", MOST_IN_MEMORY));
        }
        Ok(Store::Memory(bytes.into()))
    }
}

trait ReadSeek: Read + Seek + Send {}
impl<R: Read + Seek + Send> ReadSeek for R {}

impl Store {
    fn open(&self) -> Result<Box<dyn ReadSeek>, Trouble> {
        Ok(match self {
            Store::File(path) => Box::new(File::open(path)?),
            Store::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }

    pub fn size(&self) -> Result<u64, Trouble> {
        match self {
            Store::File(path) => {
                let known = path.metadata()?;
                if !known.is_file() {
                    return Err(Trouble::new(trouble::UNREADABLE).with("why", "not a file"));
                }
                Ok(known.len())
            }
            Store::Memory(bytes) => Ok(bytes.len() as u64),
        }
    }

    /// What an archive holds, folders left out.
    pub fn parts(&self) -> Result<Vec<Part>, Trouble> {
        let mut archive = zip::ZipArchive::new(BufReader::new(self.open()?)).map_err(unzipped)?;
        if archive.len() > MOST_PARTS {
            return Err(Trouble::damaged(format!("{} files in one archive", archive.len())));
        }
        let mut parts = Vec::new();
        for at in 0..archive.len() {
            let file = archive.by_index_raw(at).map_err(unzipped)?;
            let start = file.data_start().ok_or_else(|| Trouble::damaged("no local header"))?;
            if file.is_dir() {
                continue;
            }
            parts.push(Part {
                name: part_name(file.name_raw()),
                start,
                packed: file.compressed_size(),
                crc: file.crc32(),
                method: file.compression(),
                encrypted: file.encrypted(),
            });
        }
        Ok(parts)
    }
}

/// Names in archives made in China are often GB 18030 and say nothing about it.
fn part_name(raw: &[u8]) -> String {
    match std::str::from_utf8(raw) {
        Ok(name) => name.to_owned(),
        Err(_) => encoding_rs::GB18030.decode_without_bom_handling(raw).0.into_owned(),
    }
}

fn unzipped(error: zip::result::ZipError) -> Trouble {
    match error {
        zip::result::ZipError::Io(error) => error.into(),
        other => Trouble::damaged(other),
    }
}

impl Part {
    pub fn open(&self, store: &Store) -> Result<Bytes, Trouble> {
        if self.encrypted {
            return Err(Trouble::new(trouble::ENCRYPTED));
        }
        let mut file = store.open()?;
        file.seek(SeekFrom::Start(self.start))?;
        let packed = file.take(self.packed);
        let unpacked: Bytes = match self.method {
            CompressionMethod::Stored => Box::new(packed),
            CompressionMethod::Deflated => {
                Box::new(Limited::new(DeflateDecoder::new(packed), self.packed))
            }
            other => return Err(Trouble::damaged(format!("packed by {other:?}"))),
        };
        Ok(Box::new(Checked { inner: unpacked, crc: Crc::new(), expected: self.crc }))
    }
}

/// Stops what unpacks to more than anybody sends.
struct Limited<R> {
    inner: R,
    packed: u64,
    given: u64,
    most: u64,
}

impl<R> Limited<R> {
    fn new(inner: R, packed: u64) -> Limited<R> {
        Limited { inner, packed, given: 0, most: MOST_BYTES }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.given += read as u64;
        if self.given > self.most {
            return Err(Trouble::new(trouble::TOO_BIG).with("most", self.most).into());
        }
        if self.given > SMALL && self.given / MOST_TIMES > self.packed {
            return Err(Trouble::new(trouble::SWOLLEN).with("times", MOST_TIMES).into());
        }
        Ok(read)
    }
}

/// At its end a part must have the check sum that the archive names.
struct Checked<R> {
    inner: R,
    crc: Crc,
    expected: u32,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)?;
        self.crc.update(&buf[..read]);
        if read == 0 && !buf.is_empty() && self.crc.sum() != self.expected {
            return Err(Trouble::damaged("a check sum does not match").into());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn more_than_the_limit_is_never_given() {
        let mut endless = Limited { most: 1000, ..Limited::new(io::repeat(b'a'), 1000) };
        let mut taken = Vec::new();
        let trouble = Trouble::from(endless.read_to_end(&mut taken).unwrap_err());
        assert_eq!((trouble.code, trouble.arg("most")), (trouble::TOO_BIG, Some("1000")));
    }

    #[test]
    fn a_few_kilobytes_that_unpack_to_gigabytes_are_refused_early() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(&vec![b'a'; 1 << 20]).unwrap();
        let packed = packed.finish().unwrap().repeat(100);
        let store = Store::Memory(packed.into());
        let bomb = Source { store, part: None, gz: true };
        let trouble =
            Trouble::from(io::copy(&mut bomb.open().unwrap(), &mut io::sink()).unwrap_err());
        assert_eq!(trouble.code, trouble::SWOLLEN);
    }
}
