//! `histograms.hlog`: service times in HdrHistogram's interval log, which its other tools read.
//!
//! One interval per block and target, in order of time, windows and stages where they were; the tag is `endpoint.operation.connection`, the unit nanoseconds
//! (the maximum beside each histogram is in milliseconds, as those tools expect). Starts and lengths are the plan's. Two more
//! intervals over the whole run, `client.lateness` and `client.overhead`, tell what the client itself adds.

use std::path::Path;
use std::time::{Duration, SystemTime};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use crate::plan::Target;
use crate::record::Histogram;
use crate::results::error::ResultsError;
use crate::results::model::block_times::block_times;
use crate::results::model::run::Run;
use crate::results::model::window::moment;

/// The file's name.
pub(crate) const FILE_NAME: &str = "histograms.hlog";

/// The run's log. `path` is where it will stand, for the error.
///
/// # Errors
/// [`ResultsError::Impossible`] when the run's start is no date or an endpoint's name cannot be a tag.
pub(crate) fn log(run: &Run, path: &Path) -> Result<Vec<u8>, ResultsError> {
    let started = moment(&run.header.started_at).ok_or_else(|| {
        ResultsError::impossible(
            path,
            format!(
                "started_at {:?} is not an RFC 3339 date",
                run.header.started_at
            ),
        )
    })?;
    let mut bytes = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let times = block_times(run);
    let mut writer = IntervalLogWriterBuilder::new()
        .add_comment("[Histogram log format version 1.3]")
        .add_comment(&comment(run))
        .with_start_time(SystemTime::from(started))
        .with_base_time(SystemTime::from(started))
        .with_max_value_divisor(1e6)
        .begin_log_with(&mut bytes, &mut serializer)
        .expect("a vector takes any bytes");
    for (number, time) in (0..).zip(&times) {
        for series in &run.measured.series {
            let name = tag(run.plan.target(series.target));
            let tag = Tag::new(&name).ok_or_else(|| {
                ResultsError::impossible(path, format!("{name:?} cannot be a tag"))
            })?;
            let Some(block) = series.blocks.iter().find(|block| block.number == number) else {
                continue;
            };
            writer
                .write_histogram(
                    &block.service_time.to_hdr(),
                    time.start,
                    time.end.saturating_sub(time.start),
                    Some(tag),
                )
                .expect("a vector takes any bytes");
        }
    }
    let lateness = Histogram::sum(run.measured.series.iter().map(|series| &series.lateness));
    let overhead = Histogram::sum(
        run.measured
            .series
            .iter()
            .map(|series| &series.client_overhead),
    );
    let first = times.first().map_or(Duration::ZERO, |time| time.start);
    let whole = times
        .last()
        .map_or(Duration::ZERO, |last| last.end.saturating_sub(first));
    for (name, histogram) in [("client.lateness", lateness), ("client.overhead", overhead)] {
        writer
            .write_histogram(&histogram.to_hdr(), first, whole, Tag::new(name))
            .expect("a vector takes any bytes");
    }
    drop(writer);
    Ok(bytes)
}

fn comment(run: &Run) -> String {
    let measured = if run.header.vantage.simulation.is_some() {
        "SIMULATED, no measurements of AWS"
    } else {
        "measured"
    };
    // Whatever a file calls its run, the comment stays one line.
    let (version, id) = (
        run.header.tool.version.escape_debug(),
        run.header.run_id.escape_debug(),
    );
    format!("[stsbench {version} run {id}; service times, ns; {measured}]")
}

fn tag(target: &Target) -> String {
    format!(
        "{}.{}.{}",
        target.endpoint.name,
        target.call.operation(),
        target.connection
    )
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use hdrhistogram::Histogram;
    use hdrhistogram::serialization::Deserializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

    use super::*;
    use crate::results::small_run;
    use crate::sample::Phase;

    #[test]
    fn the_crates_own_parser_reads_every_block_back() {
        let run = small_run::run(&(0..40).map(small_run::sample).collect::<Vec<_>>());
        let bytes = log(&run, Path::new("x.hlog")).expect("written");
        let mut intervals = Vec::new();
        for entry in IntervalLogIterator::new(&bytes) {
            if let LogEntry::Interval(interval) = entry.expect("parsed") {
                let encoded = STANDARD
                    .decode(interval.encoded_histogram())
                    .expect("base64");
                let histogram: Histogram<u64> = Deserializer::new()
                    .deserialize(&mut &*encoded)
                    .expect("read");
                let tag = interval.tag().expect("tagged").as_str().to_owned();
                intervals.push((
                    tag,
                    interval.start_timestamp(),
                    interval.duration(),
                    histogram,
                ));
            }
        }
        let client: Vec<_> = intervals
            .drain(intervals.len() - 2..)
            .map(|(tag, .., histogram)| (tag, histogram.len()))
            .collect();
        let counted = run
            .measured
            .series
            .iter()
            .fold((0, 0), |(late, over), series| {
                (
                    late + series.lateness.to_hdr().len(),
                    over + series.client_overhead.to_hdr().len(),
                )
            });
        assert!(counted.1 > 0);
        assert_eq!(
            client,
            [
                ("client.lateness".to_owned(), counted.0),
                ("client.overhead".to_owned(), counted.1)
            ]
        );
        assert_eq!(
            intervals.len(),
            usize::from(run.plan.blocks) * run.measured.series.len()
        );
        for (i, (tag, start, length, histogram)) in intervals.iter().enumerate() {
            let (number, series) = (
                i / run.measured.series.len(),
                &run.measured.series[i % run.measured.series.len()],
            );
            assert_eq!(
                *tag,
                [
                    "eu-central-1.get-caller-identity.cold",
                    "eu-central-1.get-caller-identity.warm"
                ][i % 2]
            );
            // Two rounds of warm-up and four rounds a block, a second each, and opening each block's connections.
            let (opening, block) = (run.plan.priming(), Duration::from_secs(4));
            let before = u32::try_from(number).expect("few blocks");
            let is_last = before + 1 == u32::from(run.plan.blocks);
            assert_eq!(
                (*start, *length),
                (
                    Duration::from_secs(2) + opening + (block + opening) * before,
                    if is_last { block } else { block + opening }
                )
            );
            assert_eq!(*histogram, series.blocks[number].service_time.to_hdr());
        }
        assert!(
            intervals
                .iter()
                .any(|(.., histogram)| !histogram.is_empty())
        );
    }

    #[test]
    fn blocks_start_in_their_windows() {
        let run = |run_id: &str, started_at: &str| {
            let mut samples: Vec<_> = (0..40).map(small_run::sample).collect();
            // No measurement is a copy of the other.
            let own = Duration::from_millis(u64::from(run_id.as_bytes()[0]));
            samples[3].timing.phases.set(Phase::Wait, own);
            let mut run = small_run::run(&samples);
            run.header.run_id = run_id.into();
            run.header.started_at = started_at.into();
            run
        };
        let runs = [
            run("a", "2026-11-22T12:00:00Z"),
            run("b", "2026-11-22T13:00:00Z"),
        ];
        let merged = crate::results::merge::merger::merge(runs, "ab".into()).expect("merged");
        let seconds: Vec<u64> = block_times(&merged)
            .iter()
            .map(|time| time.start.as_secs())
            .collect();
        let opening = merged.plan.priming().as_secs();
        let starts = [0, 1, 2, 3].map(|block| 2 + opening + (4 + opening) * block);
        let later = starts.map(|start| 3600 + start);
        assert_eq!(seconds, [starts, later].concat());
        let text =
            String::from_utf8(log(&merged, Path::new("x.hlog")).expect("written")).expect("text");
        assert_eq!(
            text.lines()
                .filter(|line| line.contains(&format!("cold,{}.", later[0])))
                .count(),
            1,
            "{text}"
        );
    }

    #[test]
    fn a_start_that_is_no_date_is_named() {
        let mut run = small_run::run(&[]);
        run.header.started_at = "yesterday".into();
        let error = log(&run, Path::new("x.hlog"))
            .expect_err("refused")
            .to_string();
        assert!(
            error.contains("x.hlog") && error.contains("yesterday"),
            "{error}"
        );
    }
}
