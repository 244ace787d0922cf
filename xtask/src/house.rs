//! The repository as the rules see it: the files that belong to it, as text.
//!
//! Rules take it as a value, so that a test can hand them a bad house without touching a disk.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::source::Source;

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    /// From the repository's root, with `/`.
    pub(crate) path: String,
    /// None: not text.
    pub(crate) text: Option<String>,
    /// How many bytes it has.
    pub(crate) size: usize,
    /// What it is made of, if it is Rust.
    pub(crate) source: Option<Source>,
}

impl File {
    fn new(path: &str, bytes: Vec<u8>) -> Self {
        let size = bytes.len();
        let text = String::from_utf8(bytes).ok();
        let source = text.as_deref().filter(|_| path.ends_with(".rs")).map(Source::new);
        Self { path: path.to_owned(), text, size, source }
    }

    /// Its text; empty where it is none.
    pub(crate) fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// The crate's folder under `crates/`, or `xtask`.
    pub(crate) fn krate(&self) -> &str {
        let inside = self.path.strip_prefix("crates/").unwrap_or(&self.path);
        inside.split('/').next().unwrap_or_default()
    }

    /// Whether it is a crate's source, not a test of it.
    pub(crate) fn is_src(&self) -> bool {
        self.source.is_some() && self.path.contains("/src/")
    }
}

/// Something that a rule does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) path: String,
    /// From 1; 0: the file as a whole.
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Finding {
    pub(crate) fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

/// All files, by path.
#[derive(Debug, Default)]
pub(crate) struct House {
    files: BTreeMap<String, File>,
}

impl House {
    /// Reads the files that git knows or would add.
    pub(crate) fn read(root: &Path) -> Result<Self> {
        let mut house = Self::default();
        for path in listed(root)? {
            let file = root.join(&path);
            // A link to a folder, or a file that is deleted and not yet committed.
            if !file.is_file() {
                continue;
            }
            let bytes = std::fs::read(&file).with_context(|| format!("could not read {path}"))?;
            house.files.insert(path.clone(), File::new(&path, bytes));
        }
        Ok(house)
    }

    /// A house of these paths and texts.
    #[cfg(test)]
    pub(crate) fn of<T: AsRef<[u8]>>(files: &[(&str, T)]) -> Self {
        let file = |(path, bytes): &(&str, T)| ((*path).to_owned(), File::new(path, bytes.as_ref().to_vec()));
        Self { files: files.iter().map(file).collect() }
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// Rust files, each with what it is made of.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files().filter_map(|file| Some((file, file.source.as_ref()?)))
    }

    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    /// Whether a file or a folder of that path is there.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.contains_key(path) || self.files.keys().any(|file| file.starts_with(&folder))
    }
}

/// Paths of the repository's files: by git, or where there is no git, all that are not built.
fn listed(root: &Path) -> Result<Vec<String>> {
    let mut command = Command::new("git");
    command.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]).current_dir(root);
    if let Some(output) = command.output().ok().filter(|output| output.status.success()) {
        let names = String::from_utf8_lossy(&output.stdout).into_owned();
        let names = names.split('\0').filter(|name| !name.is_empty());
        return Ok(names.map(str::to_owned).collect());
    }
    let mut found = Vec::new();
    walk(root, "", &mut found)?;
    Ok(found)
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("could not list {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_file() {
            found.push(path);
        } else if entry.file_type()?.is_dir() && name != "target" && name != ".git" {
            walk(&entry.path(), &format!("{path}/"), found)?;
        }
    }
    Ok(())
}
