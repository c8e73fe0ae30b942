//! HdrHistogram's percentile distribution (`.hgrm`), in milliseconds, as its C and Java versions print it.

use std::fmt::Write;

use crate::record::Histogram;

/// The distribution of times as text: value, percentile, how many values lie at or below, 1/(1-percentile); then mean,
/// standard deviation and maximum.
pub fn percentile_distribution(histogram: &Histogram) -> String {
    let values = histogram.to_hdr();
    let mut text = format!("{:>12} {:>14} {:>10} {:>14}\n\n", "Value", "Percentile", "TotalCount", "1/(1-Percentile)");
    let mut push = |line: std::fmt::Arguments<'_>| text.write_fmt(line).expect("a string takes any text");
    let mut at_most = 0;
    for step in values.iter_quantiles(TICKS_PER_HALF_DISTANCE) {
        at_most += step.count_since_last_iteration();
        let (value, quantile) = (step.value_iterated_to() as f64 / NANOSECONDS, step.quantile_iterated_to());
        // Of the last row this is infinite, and Rust, like C, writes `inf`.
        push(format_args!("{value:12.3} {quantile:2.12} {at_most:10} {:14.2}\n", 1.0 / (1.0 - quantile)));
    }
    let (mean, deviation, max) = (values.mean(), values.stdev(), values.max() as f64);
    push(format_args!(
        "#[Mean    = {:12.3}, StdDeviation   = {:12.3}]\n#[Max     = {:12.3}, Total count    = {:12}]\n",
        mean / NANOSECONDS,
        deviation / NANOSECONDS,
        max / NANOSECONDS,
        values.len()
    ));
    // The values of one bucket are told apart to the digits: 2 × 10^digits of them, rounded up to a power of two.
    let sub_buckets = (2 * 10_u32.pow(u32::from(values.sigfig()))).next_power_of_two();
    push(format_args!("#[Buckets = {:12}, SubBuckets     = {sub_buckets:12}]\n", values.buckets()));
    text
}

/// Nanoseconds in the unit of the file.
const NANOSECONDS: f64 = 1e6;
/// Rows until the rest of the values has halved; what HdrHistogram's own tools use.
const TICKS_PER_HALF_DISTANCE: u32 = 5;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn rows(text: &str) -> Vec<Vec<f64>> {
        let lines = text.lines().skip(2).filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split_whitespace().map(|cell| cell.parse().expect("a number")).collect()).collect()
    }

    #[test]
    fn the_rows_rise_to_all_values_and_the_last_is_the_largest() {
        let mut histogram = Histogram::default();
        (1..=1000).for_each(|ms| histogram.record(Duration::from_millis(ms)));
        let text = percentile_distribution(&histogram);
        assert!(text.starts_with("       Value     Percentile TotalCount 1/(1-Percentile)\n\n"), "{text}");
        let rows = rows(&text);
        assert!(rows.is_sorted_by(|a, b| a[0] <= b[0] && a[1] <= b[1] && a[2] <= b[2]), "{text}");
        let middle = rows.iter().find(|row| row[1] == 0.5).expect("the median is a row");
        assert!((middle[0] - 500.0).abs() < 0.5 && middle[2] == 500.0 && middle[3] == 2.0, "{middle:?}");
        let last = rows.last().expect("there are rows");
        assert!(last[2] == 1000.0 && last[3] == f64::INFINITY && (last[0] - 1000.0).abs() < 1.0, "{last:?}");
        assert!(
            text.contains("Total count    =         1000]") && text.contains("SubBuckets     =         2048]"),
            "{text}"
        );
    }
}
