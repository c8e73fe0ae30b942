//! HdrHistogram's percentile distribution (`.hgrm`), in milliseconds, as its C and Java versions print it.

use std::fmt::Write;

use crate::record::Histogram;

/// The distribution of times as text: value, percentile, how many values lie at or below, 1/(1-percentile); then mean,
/// standard deviation and maximum.
pub(crate) fn percentile_distribution(histogram: &Histogram) -> String {
    let values = histogram.to_hdr();
    let mut text = format!(
        "{:>12} {:>14} {:>10} {:>14}\n\n",
        "Value", "Percentile", "TotalCount", "1/(1-Percentile)"
    );
    let mut push =
        |line: std::fmt::Arguments<'_>| text.write_fmt(line).expect("a string takes any text");
    for Row {
        value,
        percent,
        at_most,
    } in rows(&values)
    {
        let (milliseconds, share) = (value as f64 / NANOSECONDS, percent / 100.0);
        // Of the last row this is infinite, and Rust, like C, writes `inf`.
        push(format_args!(
            "{milliseconds:12.3} {share:2.12} {at_most:10} {:14.2}\n",
            1.0 / (1.0 - share)
        ));
    }
    let (mean, deviation, max) = (values.mean(), values.stdev(), values.max() as f64);
    push(format_args!(
        "#[Mean    = {:12.3}, StdDeviation   = {:12.3}]\n#[Max     = {:12.3}, Total count    = {:12}]\n",
        mean / NANOSECONDS,
        deviation / NANOSECONDS,
        max / NANOSECONDS,
        values.len()
    ));
    // A bucket resolves values to so many digits: 2 × 10^digits of them, rounded up to a power of two.
    let sub_buckets = (2 * 10_u32.pow(u32::from(values.sigfig()))).next_power_of_two();
    push(format_args!(
        "#[Buckets = {:12}, SubBuckets     = {sub_buckets:12}]\n",
        values.buckets()
    ));
    text
}

struct Row {
    value: u64,
    percent: f64,
    at_most: u64,
}

/// The values at which the percentiles of the file are reached. They are counted in per cent, as HdrHistogram's own tools do
/// it: the crate adds up shares, and where those miss 0.75 by a rounding, it takes the next value.
fn rows(values: &hdrhistogram::Histogram<u64>) -> Vec<Row> {
    let (total, mut at_most, mut level) = (values.len(), 0_u64, 0.0_f64);
    let mut rows: Vec<Row> = Vec::new();
    for recorded in values.iter_recorded() {
        at_most = at_most.saturating_add(recorded.count_at_value());
        let value = recorded.value_iterated_to();
        let reached = 100.0 * at_most as f64 / total as f64;
        while reached >= level && level < 100.0 {
            rows.push(Row {
                value,
                percent: level,
                at_most,
            });
            let halvings = (100.0 / (100.0 - level)).log2().floor() + 1.0;
            level += 100.0 / (TICKS_PER_HALF_DISTANCE * halvings.exp2());
            if at_most == total {
                break;
            }
        }
    }
    rows.extend((total > 0).then(|| Row {
        value: values.max(),
        percent: 100.0,
        at_most,
    }));
    rows
}

/// Nanoseconds in the unit of the file.
const NANOSECONDS: f64 = 1e6;
/// Rows until the rest of the values has halved; what HdrHistogram's own tools use.
const TICKS_PER_HALF_DISTANCE: f64 = 5.0;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn numbers(text: &str) -> Vec<Vec<f64>> {
        let lines = text.lines().skip(2).filter(|line| !line.starts_with('#'));
        lines
            .map(|line| {
                line.split_whitespace()
                    .map(|cell| cell.parse().expect("a number"))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn the_rows_rise_to_all_values_and_the_last_is_the_largest() {
        let mut histogram = Histogram::default();
        (1..=1000).for_each(|ms| histogram.record(Duration::from_millis(ms)));
        let text = percentile_distribution(&histogram);
        assert!(
            text.starts_with("       Value     Percentile TotalCount 1/(1-Percentile)\n\n"),
            "{text}"
        );
        let rows = numbers(&text);
        assert!(
            rows.is_sorted_by(|a, b| a[0] <= b[0] && a[1] <= b[1] && a[2] <= b[2]),
            "{text}"
        );
        let middle = rows
            .iter()
            .find(|row| row[1] == 0.5)
            .expect("the median is a row");
        assert!(
            (middle[0] - 500.0).abs() < 0.5 && middle[2] == 500.0 && middle[3] == 2.0,
            "{middle:?}"
        );
        let last = rows.last().expect("there are rows");
        assert!(
            last[2] == 1000.0 && last[3] == f64::INFINITY && (last[0] - 1000.0).abs() < 1.0,
            "{last:?}"
        );
        assert!(
            text.contains("Total count    =         1000]")
                && text.contains("SubBuckets     =         2048]"),
            "{text}"
        );
    }
}
