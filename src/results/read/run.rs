//! Reading a run that may come from another machine: bounded, and believed only when it adds up.

use std::path::Path;

use crate::results::bundle::read::{Bundle, begins_as_archive};
use crate::results::error::ResultsError;
use crate::results::model::limits::MAX_RUN_BYTES;
use crate::results::model::run::Run;
use crate::results::store::directory::{open_path, read_within};
use crate::results::store::run::{JOURNAL_FILE, RUN_FILE};

use super::parse::parse;
use super::validate::{check_run, check_unmeasured};

/// The run in the file at `path`, in the bundle at `path`, or in `run.json` of the directory at `path`.
///
/// Unknown fields are passed over, so that a later version may add some without a new schema version.
///
/// # Errors
/// [`ResultsError`], one line with the path: missing, no regular file, too large, empty, cut off, not JSON, not ours, of
/// another schema version, or with values that no run has.
pub fn read(path: &Path) -> Result<Run, ResultsError> {
    let path = if path.is_dir() {
        if is_journal_alone(path) {
            let path = path.to_owned();
            return Err(ResultsError::JournalAlone { path });
        }
        &path.join(RUN_FILE)
    } else {
        path
    };
    from_json(&run_bytes(path)?, path)
}

/// Whether the directory holds the journal of a run and no run.
pub(super) fn is_journal_alone(directory: &Path) -> bool {
    let is_there = |name| directory.join(name).symlink_metadata().is_ok();
    is_there(JOURNAL_FILE) && !is_there(RUN_FILE)
}

/// The bytes of the run file at `path`, or of the one in the bundle there.
///
/// # Errors
/// [`ResultsError`], one line with the path.
pub(crate) fn run_bytes(path: &Path) -> Result<Vec<u8>, ResultsError> {
    let mut file = open_path(path)?;
    let is_bundle =
        begins_as_archive(&mut file).map_err(|cause| ResultsError::io(path, "read", cause))?;
    if is_bundle {
        Bundle::of(file, path)?.run()
    } else {
        read_within(file, path, MAX_RUN_BYTES)
    }
}

/// The run in these bytes of a run file. `path` is where they came from, for the error.
pub(crate) fn from_json(bytes: &[u8], path: &Path) -> Result<Run, ResultsError> {
    let run: Run = parse(bytes, path)?;
    check_run(&run).map_err(|reason| ResultsError::impossible(path, reason))?;
    Ok(run)
}

/// A run that has not measured anything yet, as a journal begins with.
pub(crate) fn unmeasured_from_json(bytes: &[u8], path: &Path) -> Result<Run, ResultsError> {
    let run: Run = parse(bytes, path)?;
    check_unmeasured(&run).map_err(|reason| ResultsError::impossible(path, reason))?;
    Ok(run)
}

#[cfg(test)]
mod tests {
    use crate::plan::TargetId;
    use crate::record::Pace;
    use crate::results::read::parse::is_nested_deeper_than;
    use crate::results::save::write;
    use crate::results::small_run;
    use crate::results::store::directory::Directory;
    use crate::results::store::run::to_json;

    use super::*;

    fn run() -> Run {
        small_run::run(&(0..40).map(small_run::sample).collect::<Vec<_>>())
    }

    fn refusal(bytes: &[u8]) -> ResultsError {
        let error = from_json(bytes, Path::new("some/run.json")).expect_err("refused");
        let text = error.to_string();
        assert!(
            text.starts_with("\"some/run.json\": ") && !text.contains('\n') && text.len() < 400,
            "{text}"
        );
        error
    }

    #[test]
    fn a_run_is_read_back_as_it_was() {
        let home = tempfile::tempdir().expect("a directory");
        let directory = Directory::open(home.path()).expect("opened");
        write(&directory, &run()).expect("written");
        assert_eq!(read(home.path()).expect("read"), run());
        assert_eq!(read(&home.path().join("run.json")).expect("read"), run());
    }

    #[test]
    fn a_file_whose_histograms_are_not_those_of_its_digest_is_refused() {
        let mut other = run();
        let moved = std::time::Duration::from_nanos(1);
        other.measured.signing.record(moved);
        let field = |run: &Run| {
            let text = String::from_utf8(to_json(run)).expect("UTF-8");
            let line = text.lines().find(|line| line.contains("histograms_sha256"));
            line.expect("a digest").to_owned()
        };
        let whole = String::from_utf8(to_json(&run())).expect("UTF-8");
        let damaged = whole.replace(&field(&run()), &field(&other));
        let error = refusal(damaged.as_bytes());
        assert!(
            error
                .to_string()
                .contains("the file was damaged or changed"),
            "{error}"
        );
        // Files of earlier versions have none.
        let without = whole.replace(&format!("{}\n", field(&run())), "");
        assert_eq!(
            from_json(without.as_bytes(), Path::new("run.json")).expect("read"),
            run()
        );
    }

    #[test]
    fn bad_067_what_is_no_run_file_is_refused_by_kind() {
        let whole = to_json(&run());
        assert!(matches!(refusal(b""), ResultsError::Empty { .. }));
        assert!(matches!(refusal(b" \n"), ResultsError::Empty { .. }));
        assert!(matches!(refusal(b"{}"), ResultsError::NotOurs { .. }));
        assert!(matches!(refusal(b"[1]"), ResultsError::NotOurs { .. }));
        assert!(matches!(
            refusal(b"{\"tool\":{\"name\":\"oha\"},\"schema_version\":1}"),
            ResultsError::NotOurs { .. }
        ));
        assert!(matches!(
            refusal(b"endpoint,p50\n"),
            ResultsError::NotJson { .. }
        ));
        assert!(matches!(
            refusal(&[whole.trim_ascii(), b"x"].concat()),
            ResultsError::NotJson { .. }
        ));
        for length in (1..1500).chain((1500..whole.len() - 2).step_by(97)) {
            assert!(
                matches!(refusal(&whole[..length]), ResultsError::Truncated { .. }),
                "{length}"
            );
        }
    }

    #[test]
    fn bad_068_another_schema_version_is_refused_with_advice() {
        let with = |version| {
            let mut run = run();
            run.header.schema_version = version;
            run
        };
        let error = refusal(&to_json(&with(999)));
        assert!(
            matches!(error, ResultsError::TooNew { version: 999, .. })
                && error.to_string().contains("upgrade")
        );
        assert!(matches!(
            refusal(&to_json(&with(0))),
            ResultsError::NeverReleased { .. }
        ));
        let text = String::from_utf8(to_json(&run())).expect("UTF-8");
        for version in ["-1", "1.5", "\"1\"", "18446744073709551616"] {
            let other = text.replacen(
                "\"schema_version\":1",
                &format!("\"schema_version\":{version}"),
                1,
            );
            assert!(
                refusal(other.as_bytes())
                    .to_string()
                    .contains("schema_version is no whole number"),
                "{version}"
            );
        }
    }

    #[test]
    fn bad_069_numbers_that_no_run_has_are_refused() {
        let text = String::from_utf8(to_json(&run())).expect("UTF-8");
        for (field, value) in [
            ("\"elapsed_ns\":", "-1"),
            ("\"elapsed_ns\":", "1.5"),
            ("\"elapsed_ns\":", "18446744073709551616"),
            ("\"elapsed_ns\":", "1e999"),
            ("\"rate_per_endpoint\":", "NaN"),
            ("\"rate_per_endpoint\":", "null"),
            ("\"rate_per_endpoint\":", "0"),
            ("\"measuring_cpu_ratio\":", "-0.1"),
            ("\"blocks\":", "0"),
            ("\"issued\":", "18446744073709551615"),
            ("\"succeeded\":", "1"),
            ("\"throttled\":", "5000"),
            ("\"stride\":", "0"),
            ("\"response_time\":", "\"AAAA\""),
            ("\"run_id\":", "\"../../etc\""),
            ("\"name\":", "\"A<script>\\u0007\""),
            ("\"started_at\":", "\"soon\""),
        ] {
            let after = text.find(field).expect("a field of the file") + field.len();
            let end = after + text[after..].find([',', '}', '\n']).expect("an end");
            let spoilt = format!("{}{value}{}", &text[..after], &text[end..]);
            refusal(spoilt.as_bytes());
        }
    }

    #[test]
    fn a_wrong_value_is_told_with_its_field() {
        let text = String::from_utf8(to_json(&run())).expect("UTF-8");
        for (from, to, field) in [
            (
                "\"rounds\":",
                "\"rounds\":-",
                "plan.load: invalid value: integer `-",
            ),
            (
                "\"stride\":",
                "\"stride\":-",
                "series: number 0: trace.stride: invalid value: integer `-",
            ),
        ] {
            let error = refusal(text.replacen(from, to, 1).as_bytes()).to_string();
            assert!(
                error.contains(field) && !error.contains("line 1"),
                "{error}"
            );
        }
    }

    #[test]
    fn series_that_do_not_fit_the_plan_are_refused() {
        type Spoil = fn(&mut Run);
        let spoils: [(&str, Spoil); 20] = [
            ("1 series for 2 targets", |run| {
                drop(run.measured.series.pop());
            }),
            ("belongs to target 1", |run| run.measured.series.swap(0, 1)),
            ("5 phases", |run| drop(run.measured.series[0].phases.pop())),
            ("blocks are not numbered", |run| {
                run.measured.series[0].blocks.swap(0, 1);
            }),
            ("do not add up", |run| {
                run.measured.series[0].blocks[1].counts.withheld += 1;
            }),
            ("values of lateness", |run| {
                run.measured.series[0].lateness = Default::default();
            }),
            ("values of queued", |run| {
                run.measured.series[0].queued = run.measured.signing.clone();
            }),
            ("touched by stalls", |run| {
                run.conditions
                    .health
                    .get_or_insert_default()
                    .stalls
                    .calls_touched = 1;
            }),
            ("health's windows", |run| {
                run.conditions.health.get_or_insert_default().processor = Some(Default::default());
            }),
            ("bins of pace", |run| {
                run.measured.pace = Some(Pace {
                    gaps: Default::default(),
                    bins: vec![1],
                });
            }),
            ("gaps between", |run| {
                run.measured.pace = Some(Pace {
                    gaps: run.measured.signing.clone(),
                    bins: vec![0; Pace::BINS],
                });
            }),
            ("gaps between None", |run| {
                run.measured.pace = Some(Pace {
                    gaps: Default::default(),
                    bins: vec![u64::MAX; Pace::BINS],
                });
            }),
            ("which is no address", |run| {
                run.measured.series[0].remotes = [(String::new(), 0)].into();
            }),
            ("which is no address", |run| {
                run.measured.series[0].remotes = [("a".repeat(5000), 0)].into();
            }),
            ("is no account", |run| {
                let text = || "any text".to_owned();
                run.header.caller = Some(crate::results::Caller {
                    account: text(),
                    arn: text(),
                    access_key: text(),
                    source: text(),
                });
            }),
            ("from 1970 on", |run| {
                run.header.started_at = "0000-01-01T00:00:00Z".to_owned();
            }),
            ("65 remotes", |run| {
                run.measured.series[0].blocks[0].remotes = (0..65).map(|i| i.to_string()).collect();
            }),
            ("a target that is not planned", |run| {
                run.checks = vec![small_run::check(|check| {
                    check.reach.targets = vec![TargetId(9)];
                })];
            }),
            ("control characters", |run| {
                run.checks = vec![small_run::check(|check| check.text.push('\u{1b}'))];
            }),
            ("stolen ticks", |run| {
                let host = crate::health::HostShare {
                    all_ticks: 0,
                    stolen_ticks: 1,
                };
                run.conditions.health.get_or_insert_default().host = Some(host);
            }),
        ];
        for (word, spoil) in spoils {
            let mut spoilt = run();
            spoil(&mut spoilt);
            let text = refusal(&to_json(&spoilt)).to_string();
            assert!(text.contains(word), "{text}");
        }
    }

    #[test]
    fn rule_26_deep_and_large_files_are_refused_before_they_are_understood() {
        let deep = [
            &br#"{"tool":{"name":"stsbench"},"x":"#[..],
            &[b'['; 10_000_000],
        ]
        .concat();
        assert!(refusal(&deep).to_string().contains("nesting"));
        assert!(!is_nested_deeper_than(br#"{"a":"[[[[[[\"[[[[["}"#, 2));
        let home = tempfile::tempdir().expect("a directory");
        let path = home.path().join("run.json");
        std::fs::File::create(&path)
            .and_then(|file| file.set_len(1 << 30))
            .expect("a sparse file");
        assert!(matches!(read(&path), Err(ResultsError::TooLarge { .. })));
    }
}
