//! The machine underneath, as far as somebody who keeps the house running has to look after it.

use std::path::Path;

/// Room on the disk that a folder lies on, in bytes: what is free, and all there is. Nothing
/// where the system does not tell.
pub fn room(folder: &Path) -> Option<(u64, u64)> {
    // The folder is made with the first file; until then the one above it tells.
    let there = folder.ancestors().find(|it| it.exists())?;
    let there = if there.as_os_str().is_empty() { Path::new(".") } else { there };
    on_disk(there)
}

#[cfg(unix)]
fn on_disk(there: &Path) -> Option<(u64, u64)> {
    let found = rustix::fs::statvfs(there).ok()?;
    Some((found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize))
}

#[cfg(not(unix))]
fn on_disk(_: &Path) -> Option<(u64, u64)> {
    None
}

/// What this process holds in memory, in bytes.
pub fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_folder_that_is_not_there_yet_lies_on_the_disk_of_the_one_above_it() {
        let folder = std::env::temp_dir().join("baoxiu-not-there/files");
        let (free, all) = room(&folder).unwrap();
        assert!(all > 0 && free <= all);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_takes_some_memory() {
        assert!(memory().unwrap() > 100_000);
    }
}
