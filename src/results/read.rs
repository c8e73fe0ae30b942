//! Reading a run that may come from another machine: bounded, and believed only when it adds up.

use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::health::{Health, MAX_EVENTS, WINDOW_STEPS};
use crate::plan::{Load, Target};
use crate::record::{Block, Counts, Histogram, Pace, Series, Trace};
use crate::sample::Phase;

use super::directory::read_path;
use super::plausible::{
    check_checks, check_clock, check_fleet, check_precision, check_times, check_windows,
};
use super::write::RUN_FILE;
use super::{Certificate, ResultsError, Run, SCHEMA_VERSION};

/// Most bytes of a run file.
pub const MAX_RUN_BYTES: u64 = 64 * 1024 * 1024;

/// The run in the file at `path`, or in `run.json` of the directory at `path`.
///
/// Unknown fields are passed over, so that a later version may add some without a new schema version.
///
/// # Errors
/// [`ResultsError`], one line with the path: missing, no regular file, too large, empty, cut off, not JSON, not ours, of
/// another schema version, or with values that no run has.
pub fn read(path: &Path) -> Result<Run, ResultsError> {
    let path = if path.is_dir() {
        &path.join(RUN_FILE)
    } else {
        path
    };
    from_json(&read_path(path, MAX_RUN_BYTES)?, path)
}

/// The run in these bytes of a run file. `path` is where they came from, for the error.
pub(super) fn from_json(bytes: &[u8], path: &Path) -> Result<Run, ResultsError> {
    let run: Run = parse(bytes, path)?;
    let checked = check_plan(&run)
        .and_then(|()| check_windows(&run))
        .and_then(|()| check_series(&run));
    let checked = checked
        .and_then(|()| check_precision(&run))
        .and_then(|()| check_checks(&run));
    let checked = checked
        .and_then(|()| check_clock(&run))
        .and_then(|()| check_times(&run));
    checked.map_err(|reason| impossible(path, reason))?;
    Ok(run)
}

/// A run that has not measured anything yet, as a journal begins with.
pub(super) fn header_from_json(bytes: &[u8], path: &Path) -> Result<Run, ResultsError> {
    let run: Run = parse(bytes, path)?;
    let empty = if run.series.is_empty() {
        Ok(())
    } else {
        Err("series before the first request".to_owned())
    };
    check_plan(&run)
        .and(empty)
        .map_err(|reason| impossible(path, reason))?;
    Ok(run)
}

/// What tells whether the rest can be understood.
#[derive(Deserialize)]
struct Marks {
    schema_version: Option<Value>,
    tool: Option<Value>,
}

/// A value of ours that is a file of its own: its marks are looked at before the rest.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8], path: &Path) -> Result<T, ResultsError> {
    let owned = || path.to_owned();
    if bytes.trim_ascii().is_empty() {
        return Err(ResultsError::Empty { path: owned() });
    }
    if is_nested_deeper_than(bytes, MAX_DEPTH) {
        return Err(impossible(
            path,
            format!("nesting deeper than {MAX_DEPTH} levels"),
        ));
    }
    // A number that was cut off within is an error of its own to the parser.
    let open_ended = bytes.trim_ascii().starts_with(b"{") && !bytes.trim_ascii().ends_with(b"}");
    let marks: Marks = serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Eof => ResultsError::Truncated { path: owned() },
        Category::Syntax if open_ended && !error.to_string().starts_with("trailing") => {
            ResultsError::Truncated { path: owned() }
        }
        Category::Data => ResultsError::NotOurs {
            path: owned(),
            reason: "it is not a JSON object".to_owned(),
        },
        Category::Io | Category::Syntax => ResultsError::NotJson {
            path: owned(),
            reason: one_line(&error),
        },
    })?;
    let not_ours = |reason: &str| ResultsError::NotOurs {
        path: owned(),
        reason: reason.to_owned(),
    };
    let tool = marks
        .tool
        .as_ref()
        .and_then(|tool| tool.get("name"))
        .and_then(Value::as_str);
    if tool != Some("stsbench") {
        return Err(not_ours("its tool.name is not \"stsbench\""));
    }
    let Some(version) = &marks.schema_version else {
        return Err(not_ours("it has no schema_version"));
    };
    match version.as_u64() {
        None => return Err(not_ours("its schema_version is no whole number from 1 on")),
        Some(0) => {
            return Err(ResultsError::NeverReleased {
                path: owned(),
                version: 0,
            });
        }
        Some(version) if version > u64::from(SCHEMA_VERSION) => {
            return Err(ResultsError::TooNew {
                path: owned(),
                version,
            });
        }
        Some(_) => {}
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut json)
        .map_err(|error| impossible(path, wrong_field(&error)))
}

/// Which field is wrong, and how. serde's message can quote what it read, and that may be anything.
pub(super) fn wrong_field(error: &serde_path_to_error::Error<serde_json::Error>) -> String {
    let (field, reason) = (error.path().to_string(), one_line(error.inner()));
    let field: String = field
        .chars()
        .filter(|c| !c.is_control())
        .take(100)
        .collect();
    // The parser's position is that within the text it was given, which need not be the file.
    let reason = reason
        .rsplit_once(" at line ")
        .map_or(reason.as_str(), |(reason, _)| reason);
    if field == "." {
        reason.to_owned()
    } else {
        format!("{field}: {reason}")
    }
}

/// A run nests 7 levels; this leaves room for growth and none for attacks on the stack.
const MAX_DEPTH: usize = 16;
/// The most targets and blocks that a plan can have; memory for a recovery is set aside by them.
pub(super) const MAX_TARGETS: usize = 1000;
pub(super) const MAX_BLOCKS: u16 = 1024;
/// 64 names and `other`.
const MAX_NAMES: usize = 65;
pub(super) const MAX_TEXT_BYTES: usize = 1024;
/// A million times the largest budget: any number of runs can be merged below it, and no sum of counts overflows.
pub(super) const MAX_CALLS: u64 = 1_000_000_000_000_000;

/// A thread uses one core, and no machine has more of them.
const MAX_CORES: f64 = 1000.0;

/// More calls to a point of a trace than there can be calls.
const MAX_STRIDE: u64 = 1 << 50;

pub(super) fn impossible(path: &Path, reason: String) -> ResultsError {
    ResultsError::Impossible {
        path: path.to_owned(),
        reason,
    }
}

fn one_line(error: &serde_json::Error) -> String {
    error
        .to_string()
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect()
}

fn is_nested_deeper_than(bytes: &[u8], limit: usize) -> bool {
    let mut depth = 0_usize;
    let mut bytes = bytes.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => skip_text(&mut bytes),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}

/// Most of a large file is text: histograms.
fn skip_text(bytes: &mut std::slice::Iter<'_, u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

fn check_plan(run: &Run) -> Result<(), String> {
    let plan = &run.plan;
    require(is_name(&run.run_id), || {
        format!(
            "run_id {:?} is not 1 to 64 of a-z, 0-9 and hyphen",
            run.run_id
        )
    })?;
    let dated = OffsetDateTime::parse(&run.started_at, &Rfc3339).is_ok();
    require(dated, || {
        format!("started_at {:?} is no RFC 3339 date", run.started_at)
    })?;
    let targets = plan.targets.len();
    require((1..=MAX_TARGETS).contains(&targets), || {
        format!("{targets} targets; allowed: 1 to {MAX_TARGETS}")
    })?;
    let blocks = plan.blocks;
    require((1..=MAX_BLOCKS).contains(&blocks), || {
        format!("{blocks} blocks; allowed: 1 to {MAX_BLOCKS}")
    })?;
    for (id, target) in plan.targets() {
        let endpoint = &target.endpoint;
        let named = [
            &endpoint.name,
            &endpoint.region,
            &endpoint.partition,
            &endpoint.signing_region,
        ]
        .into_iter()
        .all(|name| is_name(name));
        let named = named
            && endpoint
                .twin_of
                .as_ref()
                .is_none_or(|original| is_name(original));
        require(named, || {
            format!(
                "target {} is at an endpoint of the name or Region {:?}",
                id.0, endpoint.name
            )
        })?;
        let same = |other: &&Target| {
            other.endpoint.name == endpoint.name
                && other.call.operation() == target.call.operation()
                && other.connection == target.connection
        };
        let twice = plan.targets[..usize::from(id.0)]
            .iter()
            .any(|other| same(&other));
        require(!twice, || format!("target {} is there twice", id.0))?;
    }
    let rate = match plan.load {
        Load::Open {
            rate_per_second, ..
        } => rate_per_second,
        Load::Audit { .. } | Load::Closed { .. } => plan.rate_per_endpoint,
    };
    require(rate > 0.0 && rate.is_finite(), || {
        format!("a rate of {rate}; allowed: above 0")
    })?;
    for (what, ratio) in [
        ("measuring_cpu_ratio", run.measuring_cpu_ratio),
        ("spin_cpu_ratio", run.spin_cpu_ratio),
    ] {
        let known = ratio.is_none_or(|ratio| (0.0..=MAX_CORES).contains(&ratio));
        require(known, || {
            format!("{what}: {ratio:?}; allowed: 0 to {MAX_CORES}")
        })?;
    }
    plan.judging.check().map_err(|error| error.to_string())?;
    let texts = run
        .notices
        .iter()
        .map(|notice| &notice.text)
        .chain([&run.vantage.name, &run.tool.version]);
    let caller = run.caller.iter().flat_map(|caller| {
        [
            &caller.account,
            &caller.arn,
            &caller.access_key,
            &caller.source,
        ]
    });
    texts.chain(caller).try_for_each(|text| check_text(text))?;
    run.vantage
        .simulation
        .as_ref()
        .map_or(Ok(()), check_fleet)?;
    run.certificate.as_ref().map_or(Ok(()), Certificate::check)
}

fn check_pace(pace: &Pace) -> Result<(), String> {
    let (bins, sent) = (pace.bins.len(), sum(pace.bins.iter().copied()));
    require(bins == Pace::BINS, || {
        format!("{bins} bins of pace instead of {}", Pace::BINS)
    })?;
    let gaps = pace.gaps.len();
    require(
        sent.is_some_and(|sent| gaps <= sent && sent <= MAX_CALLS),
        || format!("{gaps} gaps between {sent:?} calls"),
    )
}

/// Texts are shown, so those of a foreign file must be short and plain.
pub(super) fn check_text(text: &str) -> Result<(), String> {
    let plain = text.len() <= MAX_TEXT_BYTES && !text.chars().any(char::is_control);
    // Precision does not cut what Debug shows.
    let beginning: String = text.chars().take(40).collect();
    require(plain, || {
        format!("a text that is long or has control characters: {beginning:?}")
    })
}

fn check_series(run: &Run) -> Result<(), String> {
    let (found, planned) = (run.series.len(), run.plan.targets.len());
    require(found == planned, || {
        format!("{found} series for {planned} targets")
    })?;
    let signed = run.signing.len();
    require(signed <= MAX_CALLS, || {
        format!("{signed} values of signing")
    })?;
    run.health.as_ref().map_or(Ok(()), check_health)?;
    run.pace.as_ref().map_or(Ok(()), check_pace)?;
    for ((id, _), series) in run.plan.targets().zip(&run.series) {
        require(series.target == id, || {
            format!("series {} belongs to target {}", id.0, series.target.0)
        })?;
        check_one(series, run).map_err(|reason| format!("series {}: {reason}", id.0))?;
    }
    Ok(())
}

fn check_health(health: &Health) -> Result<(), String> {
    let (stalls, clocks) = (&health.stalls, health.clocks.as_ref());
    let listed = clocks.map_or(0, |clocks| {
        clocks.first_steps.len().max(clocks.first_suspensions.len())
    });
    let listed = listed.max(stalls.first.len());
    require(listed <= MAX_EVENTS, || {
        format!("{listed} events of health of a kind")
    })?;
    let (touched, calls) = (stalls.calls_touched, stalls.calls);
    require(touched <= calls, || {
        format!("{touched} of {calls} calls touched by stalls")
    })?;
    let windows = health
        .processor
        .as_ref()
        .map_or(WINDOW_STEPS, |processor| processor.windows.len());
    require(windows == WINDOW_STEPS, || {
        format!("{windows} steps of health's windows instead of {WINDOW_STEPS}")
    })?;
    let (all, stolen) = health
        .host
        .map_or((0, 0), |host| (host.all_ticks, host.stolen_ticks));
    require(stolen <= all, || format!("{stolen} stolen ticks of {all}"))
}

fn check_one(series: &Series, run: &Run) -> Result<(), String> {
    let plan = &run.plan;
    check_counts(&series.counts)?;
    let phases = series.phases.len();
    require(phases == Phase::ALL.len(), || {
        format!("{phases} phases instead of {}", Phase::ALL.len())
    })?;
    let numbers = series.blocks.iter().map(|block| block.number);
    require(numbers.eq(0..plan.blocks), || {
        format!("its blocks are not numbered 0 to {}", plan.blocks - 1)
    })?;
    let Counts {
        issued,
        succeeded,
        faults,
        failures,
        ..
    } = series.counts;
    for (what, histogram, expected) in [
        ("response_time", &series.response_time, succeeded),
        ("service_time", &series.service_time, succeeded),
        ("failed_time", &series.failed_time, faults + failures),
        ("lateness", &series.lateness, issued),
    ] {
        require_values(what, histogram, expected)?;
    }
    let queued = series.queued.len();
    require(queued <= issued, || {
        format!("{queued} values of queued for {issued} calls")
    })?;
    for (phase, histogram) in Phase::ALL.into_iter().zip(&series.phases) {
        let values = histogram.len();
        require(values <= succeeded, || {
            format!("{values} {} times of {succeeded} successes", phase.as_str())
        })?;
    }
    for block in &series.blocks {
        check_counts(&block.counts)
            .and_then(|()| {
                require_values(
                    "response_time",
                    &block.response_time,
                    block.counts.succeeded,
                )
            })
            .and_then(|()| {
                require_values("service_time", &block.service_time, block.counts.succeeded)
            })
            .map_err(|reason| format!("block {}: {reason}", block.number))?;
        let remotes = block.remotes.len();
        require(remotes < MAX_NAMES, || {
            format!("block {}: {remotes} remotes", block.number)
        })?;
    }
    let in_blocks = |count: fn(&Counts) -> u64| {
        sum(series
            .blocks
            .iter()
            .map(|block: &Block| count(&block.counts)))
    };
    let adds_up = in_blocks(|c| c.issued) == Some(issued)
        && in_blocks(|c| c.succeeded) == Some(succeeded)
        && in_blocks(|c| c.faults) == Some(faults)
        && in_blocks(|c| c.failures) == Some(failures)
        && in_blocks(|c| c.withheld) == Some(series.counts.withheld);
    require(adds_up, || "its blocks do not add up to it".to_owned())?;
    for names in [&series.served_by, &series.origins, &series.remotes] {
        let total = sum(names.values().copied());
        require(
            names.len() <= MAX_NAMES && total.is_some_and(|total| total <= issued),
            || "served_by, origins or remotes has more answers than there were calls".to_owned(),
        )?;
    }
    let contradicted = sum(series.contradictions.iter().map(|c| c.calls));
    require(
        series.contradictions.len() <= MAX_NAMES
            && contradicted.is_some_and(|calls| calls <= issued),
        || "contradictions has more answers than there were calls".to_owned(),
    )?;
    let (stride, points) = (series.trace.stride, series.trace.points.len());
    // Each of many windows keeps a point.
    let capacity = Trace::CAPACITY.max(run.windows.len());
    require(
        stride.is_power_of_two() && stride <= MAX_STRIDE && points <= capacity,
        || format!("a trace of stride {stride} and {points} points"),
    )
}

fn check_counts(counts: &Counts) -> Result<(), String> {
    let ended = sum([
        counts.succeeded,
        counts.faults,
        counts.failures,
        counts.redialled,
    ]);
    require(ended == Some(counts.issued), || {
        format!("{} issued, but {ended:?} ended", counts.issued)
    })?;
    let most = counts.issued.max(counts.withheld).max(counts.warmup);
    require(most <= MAX_CALLS, || format!("{most} calls"))?;
    let Counts {
        throttled, faults, ..
    } = *counts;
    require(throttled <= faults, || {
        format!("{throttled} throttled of {faults} faults")
    })?;
    let coded = sum(counts.codes.values().copied());
    let unanswered = counts.faults + counts.failures;
    require(
        counts.codes.len() <= MAX_NAMES && coded == Some(unanswered),
        || format!("{coded:?} codes for {unanswered} faults and failures"),
    )
}

fn require_values(what: &str, histogram: &Histogram, expected: u64) -> Result<(), String> {
    let found = histogram.len();
    require(found == expected, || {
        format!("{found} values of {what} instead of {expected}")
    })
}

/// The sum, unless it is larger than a count can be.
fn sum(counts: impl IntoIterator<Item = u64>) -> Option<u64> {
    counts.into_iter().try_fold(0, u64::checked_add)
}

pub(super) fn require(holds: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(reason()) }
}

/// Names become file names and table cells, so those of a foreign file must keep the grammar of ours.
pub(super) fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::super::write::to_json;
    use super::*;
    use crate::plan::TargetId;

    fn run() -> Run {
        fixture::run(&(0..40).map(fixture::sample).collect::<Vec<_>>())
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
        let directory = super::super::Directory::open(home.path()).expect("opened");
        super::super::write(&directory, &run()).expect("written");
        assert_eq!(read(home.path()).expect("read"), run());
        assert_eq!(read(&home.path().join("run.json")).expect("read"), run());
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
        let with = |version| Run {
            schema_version: version,
            ..run()
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
        let spoils: [(&str, Spoil); 16] = [
            ("1 series for 2 targets", |run| drop(run.series.pop())),
            ("belongs to target 1", |run| run.series.swap(0, 1)),
            ("5 phases", |run| drop(run.series[0].phases.pop())),
            ("blocks are not numbered", |run| {
                run.series[0].blocks.swap(0, 1)
            }),
            ("do not add up", |run| {
                run.series[0].blocks[1].counts.withheld += 1
            }),
            ("values of lateness", |run| {
                run.series[0].lateness = Default::default()
            }),
            ("values of queued", |run| {
                run.series[0].queued = run.signing.clone()
            }),
            ("touched by stalls", |run| {
                run.health.get_or_insert_default().stalls.calls_touched = 1
            }),
            ("health's windows", |run| {
                run.health.get_or_insert_default().processor = Some(Default::default())
            }),
            ("bins of pace", |run| {
                run.pace = Some(Pace {
                    gaps: Default::default(),
                    bins: vec![1],
                })
            }),
            ("gaps between", |run| {
                run.pace = Some(Pace {
                    gaps: run.signing.clone(),
                    bins: vec![0; Pace::BINS],
                })
            }),
            ("gaps between None", |run| {
                run.pace = Some(Pace {
                    gaps: Default::default(),
                    bins: vec![u64::MAX; Pace::BINS],
                });
            }),
            ("65 remotes", |run| {
                run.series[0].blocks[0].remotes = (0..65).map(|i| i.to_string()).collect()
            }),
            ("a target that is not planned", |run| {
                run.checks = vec![fixture::check(|check| {
                    check.reach.targets = vec![TargetId(9)]
                })];
            }),
            ("control characters", |run| {
                run.checks = vec![fixture::check(|check| check.text.push('\u{1b}'))]
            }),
            ("stolen ticks", |run| {
                let host = crate::health::HostShare {
                    all_ticks: 0,
                    stolen_ticks: 1,
                };
                run.health.get_or_insert_default().host = Some(host);
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
