//! The doctor and the workspace's own refusals: each state of a workspace that is wrong has its code.

use deskgauge_core::shop::{Shop, ShopOptions};
use deskgauge_engine::catalogue::Catalogue;
use deskgauge_engine::workspace::{ImportAbout, Workspace};

const NOW: i64 = 1_800_000_000_000_000;

async fn shop() -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    let (workspace, _) = Workspace::init(folder.path(), "", NOW).await.unwrap();
    let mut import = workspace.begin_import(ImportAbout { name: "shop".into(), at: NOW }).await.unwrap();
    for event in Shop::new(ShopOptions::new(20, 4)) {
        import.push(event).unwrap();
    }
    import.finish().await.unwrap();
    (folder, workspace)
}

fn file_of(folder: &tempfile::TempDir, table: &str) -> std::path::PathBuf {
    let mut files = std::fs::read_dir(folder.path().join("data/main").join(table)).unwrap();
    files.next().unwrap().unwrap().path()
}

async fn codes(workspace: &Workspace) -> Vec<&'static str> {
    workspace.doctor(None).await.unwrap().iter().map(|finding| finding.code).collect()
}

#[tokio::test]
async fn a_file_that_is_gone_or_cut_is_damaged() {
    let (folder, workspace) = shop().await;
    std::fs::remove_file(file_of(&folder, "waits")).unwrap();
    assert_eq!(codes(&workspace).await, ["damaged-file"]);
}

#[tokio::test]
async fn a_file_of_the_right_length_that_does_not_read_is_found() {
    let (folder, workspace) = shop().await;
    let path = file_of(&folder, "waits");
    let length = std::fs::metadata(&path).unwrap().len();
    std::fs::write(&path, vec![b'x'; usize::try_from(length).unwrap()]).unwrap();
    assert_eq!(codes(&workspace).await, ["damaged-file"]);
    // Without digests only reading tells.
    sqlx::query("delete from deskgauge_file_digest").execute(workspace.lake().pool()).await.unwrap();
    assert_eq!(codes(&workspace).await, ["unreadable-file", "no-digest"]);
}

#[tokio::test]
async fn files_that_were_to_be_removed_are_removed() {
    let (folder, workspace) = shop().await;
    let gone = folder.path().join("data/main/waits/gone.parquet");
    std::fs::write(&gone, b"old").unwrap();
    let row =
        "insert into ducklake_files_scheduled_for_deletion values (9999, 'main/waits/gone.parquet', 1, '2024-01-01 00:00:00+00')";
    sqlx::query(row).execute(workspace.lake().pool()).await.unwrap();
    assert_eq!(codes(&workspace).await, Vec::<&str>::new());
    let mended = workspace.doctor(Some(NOW)).await.unwrap();
    assert_eq!(mended.iter().map(|finding| (finding.code, finding.mended)).collect::<Vec<_>>(), [("leftover-file", true)]);
    assert!(!gone.exists());
}

#[tokio::test]
async fn a_table_that_the_catalogue_lost_is_missed() {
    let (_folder, workspace) = shop().await;
    let row = "delete from ducklake_table where table_name = 'reviews'";
    sqlx::query(row).execute(workspace.lake().pool()).await.unwrap();
    sqlx::query("delete from ducklake_data_file where table_id not in (select table_id from ducklake_table)")
        .execute(workspace.lake().pool())
        .await
        .unwrap();
    let found = workspace.doctor(None).await;
    let codes: Vec<&str> = found.iter().flatten().map(|finding| finding.code).collect();
    assert!(found.is_err() || codes.contains(&"missing-table") || codes.contains(&"orphan-file"), "{found:?}");
}

#[tokio::test]
async fn refusals_have_their_codes() {
    let (folder, workspace) = shop().await;
    assert_eq!(workspace.at(Some("soon")).await.unwrap_err().code(), "unreadable-as-of");
    std::fs::write(folder.path().join("deskgauge.toml"), "[workspace]\nzone = 1\n").unwrap();
    assert_eq!(Workspace::open(folder.path()).await.unwrap_err().code(), "bad-rules");
}

#[test]
fn a_guard_is_a_metric() {
    let (_, mut problems) = Catalogue::load(&[], &[]);
    assert_eq!(problems.len(), 0, "{problems:?}");
    let built_in = Catalogue::built_in_files().iter().find(|(name, _)| name.ends_with("csat.md")).unwrap();
    let own = built_in.1.replace("id = \"csat\"", "id = \"own_csat\"");
    let guard = own.lines().find(|line| line.starts_with("guard")).map(str::to_owned);
    let own = match guard {
        Some(line) => own.replace(&line, "guard = \"nothing_at_all\""),
        None => own.replace("revision = 1", "revision = 1\nguard = \"nothing_at_all\""),
    };
    problems = Catalogue::load(&[("own_csat.md".to_owned(), own)], &[]).1;
    assert!(problems.iter().any(|problem| problem.code == "unknown-guard"), "{problems:?}");
}
