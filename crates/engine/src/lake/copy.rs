//! A copy of the catalogue's database as it is at one moment, while others write it.

use std::path::Path;

use super::{Lake, LakeError, Result, disk, sql, sync_folder};

impl Lake {
    /// Writes the whole database to a new file, as of one moment: every commit and every row of the inbox that was durable before is in it.
    ///
    /// # Errors
    /// The database's and the disk's.
    pub async fn copy_into(&self, path: &Path) -> Result<()> {
        let target = path.to_str().ok_or_else(|| LakeError::Invalid { what: format!("{} is no UTF-8", path.display()) })?;
        sqlx::query("vacuum into ?").bind(target).execute(self.pool()).await.map_err(sql("copy the catalogue"))?;
        std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(disk("sync", path))?;
        path.parent().map_or(Ok(()), sync_folder)
    }

    /// Whether the database is whole, page by page.
    ///
    /// # Errors
    /// [`LakeError::NotALake`], where it is not; the database's.
    pub async fn check_whole(&self) -> Result<()> {
        let told: Vec<String> =
            sqlx::query_scalar("pragma integrity_check").fetch_all(self.pool()).await.map_err(sql("check the catalogue"))?;
        match told.first() {
            Some(word) if word == "ok" => Ok(()),
            first => {
                let why = format!("its database is damaged: {}", first.map_or("", String::as_str));
                Err(LakeError::NotALake { path: self.folder().to_owned(), why })
            }
        }
    }
}
