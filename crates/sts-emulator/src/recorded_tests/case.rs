//! Recorded cases as the files have them: what was sent, what AWS answered, who recorded it and when.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// One request and its answer.
#[derive(Debug)]
pub(super) struct Case {
    pub name: String,
    pub source: String,
    pub date: String,
    pub request: RequestSpec,
    pub answer: AnswerSpec,
}

/// A file below `cases`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    source: String,
    date: String,
    #[serde(default)]
    request: RequestSpec,
    case: Vec<CaseSpec>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseSpec {
    name: String,
    date: Option<String>,
    #[serde(default)]
    request: RequestSpec,
    answer: AnswerSpec,
}

/// What is sent. Whatever is left out is as the file says, and then as [`Self::or`] says.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestSpec {
    /// The endpoint's name.
    pub at: Option<String>,
    /// POST, when left out.
    pub method: Option<String>,
    /// As it is written in the request line.
    pub path: Option<String>,
    pub query: Option<String>,
    /// Names and values in their order, besides those of the signature.
    pub headers: Option<Vec<[String; 2]>>,
    /// `Name=value`, not encoded; sent as a form with the content type of one.
    pub form: Option<Vec<String>>,
    /// What this case adds to the file's form.
    #[serde(default)]
    pub also: Vec<String>,
    /// The body as it is, instead of a form.
    pub body: Option<String>,
    /// Whose credentials sign: a user of `stage.toml` or a session of `sessions.toml`.
    pub by: Option<String>,
    /// Whose session token goes with them; `none` is none. Left out: their own.
    pub token: Option<String>,
    /// `wrong`, if not theirs.
    pub secret: Option<String>,
    /// The Region in the credential scope. Left out: the endpoint's.
    pub region: Option<String>,
    /// The service in the credential scope. Left out: `sts`.
    pub service: Option<String>,
    /// The path that is signed. Left out: the one that is sent.
    pub signed_path: Option<String>,
    /// The head's length, made up by a header of its own. Unit: bytes.
    pub head: Option<usize>,
}

/// What AWS answered.
#[derive(Debug, Deserialize)]
pub(super) struct AnswerSpec {
    /// A name in `forms.toml`; or `members`, where nothing but the members of the result was recorded.
    pub form: String,
    pub status: u16,
    /// What else was recorded of it, by the name in the form.
    #[serde(flatten)]
    pub values: BTreeMap<String, Recorded>,
}

/// What was recorded of one value.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Recorded {
    /// Always the same.
    Text(String),
    /// One or the other.
    Either(Vec<String>),
    /// Seconds from the answer's date to its only time.
    Seconds(i64),
    /// All members of the result without members of their own.
    Members(BTreeMap<String, String>),
}

/// Cases in which the emulator does not do what AWS did.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Difference {
    pub cases: Vec<String>,
    /// What the emulator does instead.
    pub found: String,
    /// Why it stays so.
    pub reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Differences {
    #[serde(default)]
    difference: Vec<Difference>,
}

/// Every case, in the order of the files' names.
pub(super) fn cases() -> Vec<Case> {
    let folder = data("cases");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    paths.iter().flat_map(|path| cases_in(path)).collect()
}

fn cases_in(path: &Path) -> Vec<Case> {
    let file: CaseFile = read(path);
    let (source, date, common) = (file.source, file.date, file.request);
    file.case
        .into_iter()
        .map(|case| Case {
            name: case.name,
            source: source.clone(),
            date: case.date.unwrap_or_else(|| date.clone()),
            request: case.request.or(&common),
            answer: case.answer,
        })
        .collect()
}

/// The table of differences.
pub(super) fn differences() -> Vec<Difference> {
    read::<Differences>(&data("differences.toml")).difference
}

/// A file or folder of recorded data.
pub(super) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/recorded")
        .join(name)
}

/// The TOML file at `path`.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).expect("readable data");
    toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl RequestSpec {
    /// This, and `common` for what it leaves out.
    fn or(self, common: &Self) -> Self {
        let common = common.clone();
        Self {
            at: self.at.or(common.at),
            method: self.method.or(common.method),
            path: self.path.or(common.path),
            query: self.query.or(common.query),
            headers: self.headers.or(common.headers),
            form: self.form.or(common.form),
            also: [common.also, self.also].concat(),
            body: self.body.or(common.body),
            by: self.by.or(common.by),
            token: self.token.or(common.token),
            secret: self.secret.or(common.secret),
            region: self.region.or(common.region),
            service: self.service.or(common.service),
            signed_path: self.signed_path.or(common.signed_path),
            head: self.head.or(common.head),
        }
    }
}
