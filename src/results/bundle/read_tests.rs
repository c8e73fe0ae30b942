//! Bundles of strangers, byte by byte.

use std::io::{Cursor, Write as _};

use aws_lc_rs::digest::{SHA256, digest};
use proptest::prelude::*;

use crate::results::model::header::Tool;
use crate::results::model::run::Run;
use crate::results::read::run::read;
use crate::results::small_run;
use crate::results::store::run::to_json;

use super::contents::{BUNDLE_SAMPLES, MANIFEST};
use super::fault::BundleFault;
use super::limits::{MAX_ENTRIES, MAX_RATIO};
use super::read::Bundle;
use super::write::BundleWriter;
use crate::results::error::ResultsError;

/// An entry of an archive, with what its heads say of it.
#[derive(Clone)]
struct Entry {
    name: Vec<u8>,
    /// In the head before the bytes, where it is not `name`.
    local_name: Option<Vec<u8>>,
    bytes: Vec<u8>,
    method: u16,
    flags: u16,
    mode: u32,
    size: u32,
    crc: u32,
}

impl Entry {
    fn stored(name: &str, bytes: &[u8]) -> Self {
        let mut crc = flate2::Crc::new();
        crc.update(bytes);
        Self {
            name: name.as_bytes().to_vec(),
            local_name: None,
            bytes: bytes.to_vec(),
            method: 0,
            flags: 0,
            mode: 0o100_644,
            size: bytes.len() as u32,
            crc: crc.sum(),
        }
    }

    fn deflated(name: &str, bytes: &[u8]) -> Self {
        let mut packed =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(bytes).expect("memory");
        Self {
            bytes: packed.finish().expect("memory"),
            method: 8,
            ..Self::stored(name, bytes)
        }
    }

    /// What both heads have in common: flags, method, a date, check value, sizes, lengths of names.
    fn head(&self, name: &[u8]) -> Vec<u8> {
        let mut head = Vec::new();
        for short in [20, self.flags, self.method, 0, 0x21] {
            head.extend(short.to_le_bytes());
        }
        for long in [self.crc, self.bytes.len() as u32, self.size] {
            head.extend(long.to_le_bytes());
        }
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        head
    }
}

/// The archive of these entries, as APPNOTE.TXT lays it out.
fn archive(entries: &[Entry]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in entries {
        let at = bytes.len() as u32;
        let local = entry.local_name.as_ref().unwrap_or(&entry.name);
        bytes.extend(*b"PK\x03\x04");
        bytes.extend(entry.head(local));
        bytes.extend(local);
        bytes.extend(&entry.bytes);
        directory.extend(listed(entry, at));
    }
    ended(bytes, &directory, entries.len() as u16)
}

/// The head of an entry in the directory.
fn listed(entry: &Entry, at: u32) -> Vec<u8> {
    let mut head = b"PK\x01\x02\x14\x03".to_vec();
    head.extend(entry.head(&entry.name));
    head.extend([0; 6]);
    head.extend((entry.mode << 16).to_le_bytes());
    head.extend(at.to_le_bytes());
    head.extend(&entry.name);
    head
}

fn ended(mut bytes: Vec<u8>, directory: &[u8], entries: u16) -> Vec<u8> {
    let at = bytes.len() as u32;
    bytes.extend(directory);
    bytes.extend(*b"PK\x05\x06\0\0\0\0");
    bytes.extend(entries.to_le_bytes());
    bytes.extend(entries.to_le_bytes());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

fn run() -> Run {
    small_run::run(&(0..40).map(small_run::sample).collect::<Vec<_>>())
}

fn manifest_of(files: &[(&str, &[u8])]) -> Entry {
    let listed: Vec<_> = files
        .iter()
        .map(|(name, bytes)| {
            let sum = digest(&SHA256, bytes);
            let sha256: String = sum.as_ref().iter().map(|b| format!("{b:02x}")).collect();
            serde_json::json!({"name": name, "bytes": bytes.len(), "sha256": sha256})
        })
        .collect();
    let manifest = serde_json::json!({
        "schema_version": 1, "tool": {"name": "stsbench", "version": "0.1.0"}, "files": listed,
    });
    Entry::stored(MANIFEST, manifest.to_string().as_bytes())
}

/// A bundle of a run and `more`, listed.
fn with(more: &[(&str, &[u8])]) -> Vec<Entry> {
    let json = to_json(&run());
    let files: Vec<(&str, &[u8])> = [("run.json", &json[..])]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    let entries = files
        .iter()
        .map(|(name, bytes)| Entry::deflated(name, bytes));
    entries.chain([manifest_of(&files)]).collect()
}

fn reading(bytes: &[u8]) -> Result<Run, ResultsError> {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("x.zip");
    std::fs::write(&path, bytes).expect("written");
    let found = read(&path);
    let left = std::fs::read_dir(home.path()).expect("listed").count();
    assert_eq!(left, 1, "nothing is written");
    found
}

/// Why it is refused, in one line.
fn fault(bytes: &[u8]) -> BundleFault {
    let error = reading(bytes).expect_err("refused");
    let text = error.to_string();
    assert!(
        !text.contains('\n') && text.len() < 400 && text.contains("x.zip"),
        "{text}"
    );
    match error {
        ResultsError::Bundle { fault, .. } => fault,
        other => panic!("{other}"),
    }
}

fn fault_of(entries: &[Entry]) -> BundleFault {
    fault(&archive(entries))
}

#[test]
fn a_bundle_is_read_as_its_run_wherever_it_was_packed() {
    let chart: (&str, &[u8]) = ("charts/endpoints-light.png", b"png");
    let mut entries = with(&[("README.txt", b"text"), chart]);
    assert_eq!(reading(&archive(&entries)).expect("read"), run());
    // As `zip -r` packs it: the directory has an entry too.
    entries.insert(
        0,
        Entry {
            mode: 0o040_755,
            ..Entry::stored("charts/", b"")
        },
    );
    assert_eq!(reading(&archive(&entries)).expect("read"), run());
}

#[test]
fn what_is_no_archive_or_is_cut_off_is_refused() {
    let home = tempfile::tempdir().expect("a directory");
    let path = home.path().join("x.zip");
    for text in [&b""[..], b"{}", b"PK", b"<html>"] {
        std::fs::write(&path, text).expect("written");
        let refused = Bundle::read(&path).map(drop).expect_err("refused");
        assert!(
            refused.to_string().contains("it is not a ZIP file"),
            "{refused}"
        );
    }
    let whole = archive(&with(&[("README.txt", b"text")]));
    for length in (4..whole.len()).step_by(31).chain([whole.len() - 1]) {
        assert!(
            matches!(fault(&whole[..length]), BundleFault::Damaged(_)),
            "{length}"
        );
    }
    assert!(matches!(
        fault(&[&whole[..], b"more"].concat()),
        BundleFault::Damaged(_)
    ));
    assert!(matches!(
        fault(&ended(Vec::new(), b"", 0)),
        BundleFault::Missing(_)
    ));
}

#[test]
fn names_that_lead_elsewhere_or_stand_there_twice_are_refused() {
    for name in [
        "../run.json",
        "/etc/passwd",
        "charts/../../x",
        "charts\\x",
        "C:x",
        ".ssh",
        "RUN.JSON",
        "x/y",
        "run.json\0",
        "",
    ] {
        let mut entries = with(&[]);
        entries.push(Entry::stored(name, b"x"));
        assert!(
            matches!(fault_of(&entries), BundleFault::Name(_)),
            "{name:?}"
        );
    }
    let mut entries = with(&[]);
    entries.push(Entry {
        name: vec![0xff, 0xfe],
        ..Entry::stored("x", b"x")
    });
    assert!(matches!(fault_of(&entries), BundleFault::Name(_)));
    let mut twice = with(&[]);
    twice.push(twice[0].clone());
    assert_eq!(fault_of(&twice), BundleFault::Twice);
}

#[test]
fn links_directories_passwords_and_other_packings_are_refused() {
    let changed = |change: fn(&mut Entry)| {
        let mut entries = with(&[("report.md", b"text")]);
        change(&mut entries[1]);
        fault_of(&entries)
    };
    let name = || "report.md".to_owned();
    assert_eq!(
        changed(|entry| entry.mode = 0o120_777),
        BundleFault::NoFile(name())
    );
    assert_eq!(
        changed(|entry| entry.mode = 0o040_755),
        BundleFault::NoFile(name())
    );
    assert_eq!(
        changed(|entry| entry.flags = 1),
        BundleFault::Encrypted(name())
    );
    for method in [12, 14, 93, 97] {
        let mut entries = with(&[("report.md", b"text")]);
        entries[1].method = method;
        assert_eq!(fault_of(&entries), BundleFault::Method(name()), "{method}");
    }
}

#[test]
fn sizes_are_bounded_as_they_are_said_and_as_they_are() {
    let mut entries = with(&[("report.md", b"text")]);
    entries[1].size = 65 << 20;
    assert!(matches!(fault_of(&entries), BundleFault::Size { .. }));
    let zeros = vec![0; 8 << 20];
    let bomb = with(&[("report.html", &zeros)]);
    let limit = MAX_RATIO;
    assert_eq!(
        fault_of(&bomb),
        BundleFault::Ratio {
            name: "report.html".to_owned(),
            limit
        }
    );
    // The same with a size that is not said: no more than that is unpacked.
    let mut small = with(&[("report.html", &zeros[..1000])]);
    small[1].bytes.clone_from(&bomb[1].bytes);
    assert_eq!(
        fault_of(&small),
        BundleFault::Changed("report.html".to_owned())
    );
    // A manifest may be as small as it likes, and unpacks to no more than its limit either.
    let mut manifest = with(&[]);
    let last = manifest.len() - 1;
    manifest[last] = Entry {
        size: 1000,
        ..Entry::deflated(MANIFEST, &zeros)
    };
    assert!(matches!(
        fault_of(&manifest),
        BundleFault::Damaged(_) | BundleFault::Size { .. } | BundleFault::Manifest(_)
    ));
}

#[test]
fn entries_are_few_and_none_shares_its_bytes_with_another() {
    let mut many = with(&[]);
    many.extend((0..MAX_ENTRIES).map(|number| Entry::stored(&format!("x{number}"), b"")));
    assert!(matches!(fault_of(&many), BundleFault::Entries { .. }));
    let mut counted = archive(&with(&[]));
    let at = counted.len() - 12;
    counted[at..at + 2].copy_from_slice(&[0xff, 0xff]);
    assert!(matches!(fault(&counted), BundleFault::Entries { .. }));
    // Two entries of the directory, one place in the file.
    let entries = with(&[]);
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for entry in &entries {
        let at = bytes.len() as u32;
        bytes.extend(*b"PK\x03\x04");
        bytes.extend(entry.head(&entry.name));
        bytes.extend(&entry.name);
        bytes.extend(&entry.bytes);
        directory.extend(listed(entry, at));
    }
    let again = Entry {
        name: b"report.md".to_vec(),
        ..entries[0].clone()
    };
    directory.extend(listed(&again, 0));
    let shared = ended(bytes, &directory, 3);
    assert!(matches!(fault(&shared), BundleFault::Inconsistent(_)));
    let mut other_name = with(&[("report.md", b"text")]);
    other_name[1].local_name = Some(b"../../x.y".to_vec());
    assert!(matches!(
        fault_of(&other_name),
        BundleFault::Inconsistent(_)
    ));
}

#[test]
fn files_are_those_that_the_manifest_lists_and_no_others() {
    let changed = BundleFault::Changed("report.md".to_owned());
    let mut other = with(&[("report.md", b"text")]);
    other[1] = Entry::stored("report.md", b"tent");
    assert_eq!(fault_of(&other), changed);
    let mut longer = with(&[("report.md", b"text")]);
    longer[1] = Entry::stored("report.md", b"texts");
    assert_eq!(fault_of(&longer), changed);
    let mut spoilt = with(&[("report.md", b"text")]);
    spoilt[1].crc ^= 1;
    assert_eq!(fault_of(&spoilt), changed);
    let mut more = with(&[]);
    more.push(Entry::stored("report.md", b"text"));
    assert_eq!(
        fault_of(&more),
        BundleFault::Unlisted("report.md".to_owned())
    );
    let mut fewer = with(&[("report.md", b"text")]);
    fewer.remove(1);
    assert_eq!(
        fault_of(&fewer),
        BundleFault::Missing("report.md".to_owned())
    );
    let no_run = vec![
        Entry::stored("report.md", b"text"),
        manifest_of(&[("report.md", b"text")]),
    ];
    assert_eq!(
        fault_of(&no_run),
        BundleFault::Missing("run.json".to_owned())
    );
    let mut unlisted = with(&[]);
    unlisted.pop();
    assert_eq!(
        fault_of(&unlisted),
        BundleFault::Missing(MANIFEST.to_owned())
    );
}

#[test]
fn a_manifest_is_ours_and_names_files_of_a_bundle() {
    let with_manifest = |text: &str| {
        let mut entries = with(&[]);
        entries.pop();
        entries.push(Entry::stored(MANIFEST, text.as_bytes()));
        fault_of(&entries)
    };
    let tool = r#""tool":{"name":"stsbench","version":"1"}"#;
    for text in [
        "",
        "[]",
        "{}",
        r#"{"schema_version":1,"tool":{"name":"x","version":"1"},"files":[]}"#,
        &format!(r#"{{"schema_version":999,{tool},"files":[]}}"#),
        &format!(
            r#"{{"schema_version":1,{tool},"files":[{{"name":"run.json","bytes":-1,"sha256":""}}]}}"#
        ),
    ] {
        assert!(
            matches!(with_manifest(text), BundleFault::Manifest(_)),
            "{text}"
        );
    }
    let file = r#"{"name":"../x","bytes":1,"sha256":""}"#;
    let fault = with_manifest(&format!(
        r#"{{"schema_version":1,{tool},"files":[{file}]}}"#
    ));
    assert!(matches!(fault, BundleFault::Name(_)));
}

#[test]
fn a_run_in_a_bundle_is_judged_like_any_other_file() {
    let entries = [
        Entry::stored("run.json", b"{}"),
        manifest_of(&[("run.json", b"{}")]),
    ];
    let refused = reading(&archive(&entries)).expect_err("refused");
    assert!(matches!(refused, ResultsError::NotOurs { .. }), "{refused}");
}

/// A bundle as this program writes it.
fn written() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut bundle = BundleWriter::new(&mut file);
    bundle.add("run.json", &to_json(&run())).expect("memory");
    bundle.add(BUNDLE_SAMPLES, &[b'1'; 3000]).expect("memory");
    let tool = Tool {
        name: "stsbench".to_owned(),
        version: "0.1.0".to_owned(),
    };
    bundle.finish(tool).expect("memory");
    file.into_inner()
}

#[test]
fn the_same_files_are_packed_into_the_same_bytes() {
    assert_eq!(written(), written());
    assert_eq!(reading(&written()).expect("read"), run());
}

proptest! {
    #[test]
    fn a_bundle_with_other_bytes_is_refused_or_is_the_same_run(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()
    ) {
        let mut bytes = written();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if let Ok(found) = reading(&bytes) {
            prop_assert_eq!(found, run());
        }
        bytes.truncate(cut.index(bytes.len()));
        prop_assert!(reading(&bytes).is_err());
    }
}
