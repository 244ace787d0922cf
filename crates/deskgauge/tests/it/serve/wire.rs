//! A service that runs, and the few lines of HTTP that its tests need.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use crate::run::Place;

/// A running service; killed when it is dropped.
pub(super) struct Service {
    child: Child,
    log: PathBuf,
    pub(super) address: SocketAddr,
    /// The path of the link for the first administrator, where there was one.
    pub(super) link: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Service {
    /// Starts one for the workspace `w`, with more options.
    pub(super) fn start(place: &Place, options: &str) -> Self {
        let log = std::fs::File::create(place.path("log")).expect("a log");
        let mut child = place
            .command(&format!("--workspace w serve --listen 127.0.0.1:0 {options}"))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary runs");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
        let first = lines.next().unwrap_or_else(|| panic!("it did not start: {}", place.read("log")));
        let address = first.rsplit("http://").next().and_then(|text| text.parse().ok()).expect("an address");
        let without = options.contains("--no-sign-in");
        let link = if without { None } else { first_link(&mut lines, place) };
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, log: place.path("log"), address, link }
    }

    /// Asks it to stop as systems do. Its exit code, and its log.
    pub(super) fn stop(mut self) -> (Option<i32>, String) {
        let done = std::process::Command::new("kill").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(done.success());
        let code = self.child.wait().expect("it ends").code();
        let log = std::fs::read_to_string(&self.log).expect("a log");
        (code, log)
    }

    /// Kills it at once.
    pub(super) fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    pub(super) fn get(&self, path: &str, token: Option<&str>) -> Response {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> = bearer.iter().map(|value| ("Authorization", value.as_str())).collect();
        self.ask("GET", path, &headers, b"").expect("an answer")
    }

    pub(super) fn post(&self, path: &str, token: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let bearer = format!("Bearer {token}");
        let all: Vec<(&str, &str)> = [("Authorization", bearer.as_str())].into_iter().chain(headers.iter().copied()).collect();
        self.ask("POST", path, &all, body).expect("an answer")
    }

    /// One request on a connection of its own.
    pub(super) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Response> {
        ask(self.address, method, path, headers, body)
    }
}

/// The second line, where nobody has joined yet.
fn first_link(lines: &mut dyn Iterator<Item = String>, place: &Place) -> Option<String> {
    let people = place.ok("--workspace w --format csv people list");
    if people.lines().count() > 1 {
        return None;
    }
    let line = lines.next()?;
    line.rsplit("http://").next().and_then(|link| link.split_once('/')).map(|(_, path)| format!("/{path}"))
}

/// One request, without a service at hand.
pub(super) fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<Response> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    if method == "POST" {
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes())?;
    // A service that refuses a large body answers before it has read it.
    let _ = stream.write_all(body);
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes).ok_or_else(|| std::io::Error::other("the answer broke off"))
}

fn parse(bytes: &[u8]) -> Option<Response> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let body = &bytes[end + 4..];
    let length = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, value)| value.parse::<usize>().ok());
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = match length {
        Some(length) if body.len() < length => return None,
        _ if chunked => unchunked(body)?,
        _ => body.to_vec(),
    };
    Some(Response { status, headers, body })
}

fn unchunked(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?, 16).ok()?;
        rest = &rest[end + 2..];
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..length)?);
        rest = &rest[length + 2..];
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Response {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("text")
    }

    #[track_caller]
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("no JSON: {error}\n{}", self.text()))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value of a cookie that it sets.
    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        let lines = self.headers.iter().filter(|(own, _)| own == "set-cookie");
        let values = lines.filter_map(|(_, line)| line.split(';').next()?.split_once('='));
        values.filter(|(own, _)| *own == name).map(|(_, value)| value.to_owned()).next_back()
    }
}
