//! The collected real data, which does not lie in this repository.

use std::path::{Path, PathBuf};

/// The file, if the collection is there: in `BAOXIU_SHARED`, else beside the repository.
pub fn find(path: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("BAOXIU_SHARED").map_or(beside, PathBuf::from);
    let found = shared.join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("SKIPPED: {} is not there; set BAOXIU_SHARED to the data folder", found.display());
    None
}
