//! Lists the catalogue's files for the program to carry: `catalogue/<area>/<metric>.md` and `catalogue/profiles/<profile>.md` of the
//! repository, sorted by name.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = here.join("../../catalogue");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    for area in folder(&root)? {
        // Presets are questions, not metrics.
        if area.is_dir() && !area.ends_with("presets") {
            println!("cargo::rerun-if-changed={}", area.display());
            files.extend(folder(&area)?.into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "md")));
        }
    }
    let mut list = String::from("/// Names below `catalogue/`, and texts.\npub(super) static FILES: &[(&str, &str)] = &[\n");
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        writeln!(list, "    ({name:?}, include_str!({:?})),", file.canonicalize()?).map_err(io::Error::other)?;
    }
    list.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("catalogue.rs"), list)
}

/// What is in a folder, sorted; nothing where there is no folder.
fn folder(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut found = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    found.sort();
    Ok(found)
}
