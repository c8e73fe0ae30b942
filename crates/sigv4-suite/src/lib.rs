//! For tests: AWS's own Signature Version 4 suite, as the signer and the emulator's verifier read it.
//!
//! The two share nothing else. This is data of a third party, and it knows neither.
#![warn(unreachable_pub)]
#![cfg_attr(not(test), warn(clippy::too_many_lines, clippy::cognitive_complexity))]

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// One case.
#[derive(Debug)]
pub struct Case {
    directory: PathBuf,
    /// Its settings; two cases about double encoding have none, and no signature to check.
    pub context: Option<Context>,
}

/// How a case is to be signed.
#[derive(Debug, Deserialize)]
pub struct Context {
    /// Who signs.
    pub credentials: CaseCredentials,
    /// Whether the path is normalised, as everywhere but in S3.
    pub normalize: bool,
    /// Whether the payload's hash is a header.
    pub sign_body: bool,
    /// Whether the session token is added after signing, as no call of STS wants it.
    #[serde(default)]
    pub omit_session_token: bool,
}

/// AWS's published example credentials.
#[derive(Debug, Deserialize)]
pub struct CaseCredentials {
    /// A session token, where the case has one.
    pub token: Option<String>,
}

/// A request as the suite writes it.
#[derive(Debug, Clone)]
pub struct CaseRequest {
    /// In upper case.
    pub method: String,
    /// As written, not normalised.
    pub path: String,
    /// Without the question mark.
    pub query: String,
    /// Names in lower case, values with their spaces.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Empty when there is none.
    pub body: Vec<u8>,
}

/// The secret key of the whole suite, published by AWS.
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// All forty cases.
pub fn cases() -> Vec<Case> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let entries = fs::read_dir(&suite).expect("the suite is in the repository");
    let directories = entries
        .map(|entry| entry.expect("a readable directory").path())
        .filter(|path| path.is_dir());
    let case = |directory: PathBuf| {
        let context = fs::read_to_string(directory.join("context.json")).ok();
        Case {
            context: context.map(|text| serde_json::from_str(&text).expect("the suite's own form")),
            directory,
        }
    };
    let cases: Vec<Case> = directories.map(case).collect();
    assert_eq!(cases.len(), 40, "cases of the suite");
    cases
}

impl Case {
    /// The name of its directory.
    pub fn name(&self) -> String {
        self.directory
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .expect("a case has a name")
    }

    /// The text of one of its files.
    pub fn file(&self, name: &str) -> String {
        fs::read_to_string(self.directory.join(name))
            .unwrap_or_else(|error| panic!("{}/{name}: {error}", self.name()))
    }

    /// One of its requests.
    pub fn request(&self, name: &str) -> CaseRequest {
        CaseRequest::read(&self.file(name))
    }
}

impl CaseRequest {
    /// Reads a request with its folded header lines.
    pub fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let start = lines.next().expect("a request line");
        let (method, target) = start.split_once(' ').expect("a method");
        let target = target.strip_suffix(" HTTP/1.1").unwrap_or(target);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers: Vec<(String, Vec<u8>)> = Vec::new();
        for line in lines {
            if line.starts_with(' ') {
                let (_, value) = headers.last_mut().expect("a header to continue");
                value.extend_from_slice(line.as_bytes());
            } else {
                let (name, value) = line.split_once(':').expect("a header");
                headers.push((name.to_ascii_lowercase(), value.as_bytes().to_vec()));
            }
        }
        let [method, path, query] = [method, path, query].map(str::to_owned);
        Self {
            method,
            path,
            query,
            headers,
            body: body.trim_end_matches('\n').as_bytes().to_vec(),
        }
    }
}
