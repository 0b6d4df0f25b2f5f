//! `cargo xtask vendor`: what the browser gets that is not ours. The packages pinned in
//! `assets/package.json` are fetched aside, the few files we serve are copied, each with its
//! licence beside it and its hash in `manifest.json`. What only the browser's tests need stands
//! with them in the same manner and is never served. Nobody needs npm to build or to run.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode, id},
};

use anyhow::{Context as _, Result, ensure};

struct Package {
    name: &'static str,
    folder: &'static str,
    files: &'static [&'static str],
}

/// A folder with a `package.json` that pins, and what is taken of it into `vendor/` beside it.
struct Shelf {
    folder: &'static str,
    packages: &'static [Package],
}

const SHELVES: &[Shelf] = &[
    Shelf { folder: "crates/app/assets", packages: SERVED },
    Shelf { folder: "crates/app/tests/browser", packages: TESTING },
];

const TESTING: &[Package] = &[Package {
    name: "axe-core",
    folder: "axe-core",
    files: &["axe.min.js", "LICENSE", "LICENSE-3RD-PARTY.txt"],
}];

const SERVED: &[Package] = &[
    Package { name: "@tabler/core", folder: "tabler", files: &["dist/css/tabler.min.css"] },
    Package { name: "@tabler/icons", folder: "tabler-icons", files: &["LICENSE"] },
    Package { name: "htmx.org", folder: "htmx", files: &["dist/htmx.min.js", "LICENSE"] },
    Package {
        name: "signature_pad",
        folder: "signature_pad",
        files: &["dist/signature_pad.umd.min.js", "LICENSE"],
    },
    Package {
        name: "swagger-ui-dist",
        folder: "swagger-ui",
        files: &[
            "swagger-ui-bundle.js",
            "swagger-ui-bundle.js.LICENSE.txt",
            "swagger-ui.css",
            "LICENSE",
            "NOTICE",
        ],
    },
];

/// The one package without a licence file: its head names the licence and the holders, and this
/// text, kept by hand, says it in full.
const TABLER_LICENCE: &str = "vendor/tabler/LICENSE";
const ICONS: &str = "icons.svg";

pub fn run(root: &Path) -> Result<ExitCode> {
    for shelf in SHELVES {
        let folder = root.join(shelf.folder);
        let aside = env::temp_dir().join(format!("baoxiu-vendor-{}", id()));
        fs::create_dir(&aside)?;
        let modules = aside.join("node_modules");
        let done = fetch(&folder, &aside).and_then(|()| copy(&folder, &modules, shelf.packages));
        fs::remove_dir_all(&aside)?;
        done?;
    }
    Ok(ExitCode::SUCCESS)
}

fn fetch(assets: &Path, aside: &Path) -> Result<()> {
    fs::copy(assets.join("package.json"), aside.join("package.json"))?;
    let mut npm = Command::new("npm");
    npm.current_dir(aside).args(["install", "--ignore-scripts", "--no-audit", "--no-fund"]);
    ensure!(npm.status().context("starting npm")?.success(), "npm install failed");
    Ok(())
}

fn copy(assets: &Path, modules: &Path, packages: &[Package]) -> Result<()> {
    let mut manifest = Vec::new();
    for package in packages {
        let from = modules.join(package.name);
        let mut paths = Vec::new();
        for file in package.files {
            let name = Path::new(file).file_name().context("a file has a name")?;
            let path = Path::new("vendor").join(package.folder).join(name);
            let to = assets.join(&path);
            fs::create_dir_all(to.parent().context("a file has a folder")?)?;
            let text = fs::read_to_string(from.join(file)).with_context(|| (*file).to_owned())?;
            fs::write(&to, without_map(&text))?;
            paths.push(path);
        }
        match package.name {
            "@tabler/core" => paths.push(TABLER_LICENCE.into()),
            "@tabler/icons" => {
                let names = fs::read_to_string(assets.join("icons.txt"))?;
                fs::write(assets.join(ICONS), sprite(&names, &from.join("icons/outline"))?)?;
                paths.push(ICONS.into());
            }
            _ => {}
        }
        manifest.push(entry(assets, package.name, &from, &paths)?);
    }
    fs::write(assets.join("vendor/manifest.json"), format!("[\n{}\n]\n", manifest.join(",\n")))?;
    Ok(())
}

/// Maps are not served: a reference to one would be a 404 in every developer's console.
fn without_map(text: &str) -> String {
    let kept = text.lines().filter(|line| {
        !line.starts_with("//# sourceMappingURL=") && !line.starts_with("/*# sourceMappingURL=")
    });
    kept.collect::<Vec<_>>().join("\n").trim_end().to_owned() + "\n"
}

/// One drawing with a symbol for each name, used as `<use href="icons.svg#plus">`. How it is
/// drawn (line, colour, width) is left to the page's style, which a symbol inherits.
fn sprite(names: &str, drawings: &Path) -> Result<String> {
    let mut sprite = String::from(
        "<!-- Tabler Icons, MIT, vendor/tabler-icons/LICENSE; made by `cargo xtask vendor` -->\n\
         <svg xmlns=\"http://www.w3.org/2000/svg\">\n",
    );
    for name in names.split_whitespace() {
        let drawing = fs::read_to_string(drawings.join(format!("{name}.svg")))
            .with_context(|| format!("no icon is called {name}"))?;
        let (_, inner) = drawing.split_once('>').context("a drawing begins with <svg …>")?;
        let (inner, _) = inner.rsplit_once("</svg>").context("a drawing ends with </svg>")?;
        let lines = inner.lines().map(str::trim).filter(|line| !line.contains("M0 0h24v24H0z"));
        let shapes = lines.collect::<String>().replace(" />", "/>");
        writeln!(sprite, "<symbol id=\"{name}\" viewBox=\"0 0 24 24\">{shapes}</symbol>")?;
    }
    sprite.push_str("</svg>\n");
    Ok(sprite)
}

fn entry(assets: &Path, name: &str, from: &Path, paths: &[PathBuf]) -> Result<String> {
    let (version, licence) = (said(from, "version")?, said(from, "license")?);
    let mut files = Vec::new();
    for path in paths {
        let hash = sha256(&assets.join(path))?;
        let path = path.display();
        files.push(format!("      {{ \"path\": \"{path}\", \"sha256\": \"{hash}\" }}"));
    }
    Ok(format!(
        "  {{\n    \"name\": \"{name}\",\n    \"version\": \"{version}\",\n    \
         \"licence\": \"{licence}\",\n    \"files\": [\n{}\n    ]\n  }}",
        files.join(",\n")
    ))
}

/// What a package says of itself; npm came with node, and node reads JSON.
fn said(package: &Path, key: &str) -> Result<String> {
    let mut node = Command::new("node");
    node.current_dir(package).args(["-p", &format!("require('./package.json').{key}")]);
    let answer = node.output().context("starting node")?;
    ensure!(answer.status.success(), "{} has no {key}", package.display());
    Ok(String::from_utf8(answer.stdout)?.trim().to_owned())
}

fn sha256(file: &Path) -> Result<String> {
    let answer = Command::new("sha256sum").arg(file).output().context("starting sha256sum")?;
    ensure!(answer.status.success(), "no hash of {}", file.display());
    let words = String::from_utf8(answer.stdout)?;
    Ok(words.split_whitespace().next().context("sha256sum prints the hash first")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Path and hash of each file that the manifest names, as `entry` writes them.
    fn manifest(assets: &Path) -> Vec<(PathBuf, String)> {
        let text = fs::read_to_string(assets.join("vendor/manifest.json")).unwrap();
        let quoted = |line: &str| line.split('"').map(str::to_owned).collect::<Vec<_>>();
        let files = text.lines().filter(|line| line.contains("\"sha256\"")).map(quoted);
        files.map(|words| (PathBuf::from(&words[3]), words[7].clone())).collect()
    }

    fn below(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let deep = |path: PathBuf| if path.is_dir() { below(&path) } else { vec![path] };
        entries.flat_map(deep).collect()
    }

    #[test]
    fn the_vendored_files_are_exactly_those_of_the_manifest() {
        for shelf in SHELVES {
            let folder = crate::root().unwrap().join(shelf.folder);
            let named = manifest(&folder);
            for (path, hash) in &named {
                assert_eq!(&sha256(&folder.join(path)).unwrap(), hash, "{}", path.display());
            }
            for path in below(&folder.join("vendor")) {
                let path = path.strip_prefix(&folder).unwrap().to_owned();
                let here = named.iter().any(|(p, _)| *p == path);
                let known = path.ends_with("manifest.json") || here;
                assert!(known, "{} is not in the manifest", path.display());
            }
        }
    }

    #[test]
    fn a_reference_to_a_map_is_dropped_and_nothing_else() {
        let css = "a{b:url(#map)}\n/*# sourceMappingURL=x.css.map */";
        assert_eq!(without_map(css), "a{b:url(#map)}\n");
        assert_eq!(without_map("f()\n//# sourceMappingURL=x.js.map\n"), "f()\n");
    }
}
