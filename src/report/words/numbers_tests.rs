//! Numbers as text, at the values where their form changes.

use proptest::prelude::*;

use super::*;

#[test]
fn durations_carry_three_digits_and_the_unit_that_people_expect() {
    for (ns, text) in [
        (1.0, "1 ns"),
        (999.6, "1.00 µs"),
        (9_994.0, "9.99 µs"),
        (9_996.0, "10.0 µs"),
        (245_300.0, "245 µs"),
        (999_600.0, "1.00 ms"),
        (25_640_000.0, "25.6 ms"),
        (93_060_000.0, "93.1 ms"),
        (99_960_000.0, "100 ms"),
        (1_234_000_000.0, "1234 ms"),
        (9_999_600_000.0, "10.0 s"),
        (3_600_000_000_000.0, "3600 s"),
        (-25_640_000.0, "−25.6 ms"),
        (f64::NAN, "–"),
        (f64::INFINITY, "–"),
    ] {
        assert_eq!(duration(ns), text);
    }
}

#[test]
fn ratios_shares_counts_and_percentiles_read_as_people_write_them() {
    let ratios = [0.994, 1.0, 1.067, 1.996, 3.64, 9.96, 123.4, f64::NAN].map(ratio);
    assert_eq!(
        ratios,
        [
            "0.99×", "1.00×", "1.07×", "2.0×", "3.6×", "10×", "123×", "–"
        ]
    );
    assert_eq!(
        [0.0, 0.0163, 0.0996, 1.0].map(percent),
        ["0.0 %", "1.6 %", "10 %", "100 %"]
    );
    assert_eq!(
        [0, 999, 1_000, 1_234_567].map(count),
        ["0", "999", "1,000", "1,234,567"]
    );
    assert_eq!(
        [0.5, 0.95, 0.99, 0.999].map(percentile_name),
        ["p50", "p95", "p99", "p99.9"]
    );
}

#[test]
fn one_is_singular_and_every_other_number_plural() {
    let targets = [0, 1, 2, 1_234].map(|number| plural(number, "target"));
    assert_eq!(
        targets,
        ["0 targets", "1 target", "2 targets", "1,234 targets"]
    );
    assert_eq!(
        [1, 2].map(|number| counted(number, "address")),
        ["address", "addresses"]
    );
}

#[test]
fn shares_have_the_decimals_that_were_asked_for() {
    assert_eq!([percent_of(0, 0), percent_of(1, 3)], ["0.0 %", "33 %"]);
    assert_eq!([0.5, 0.9996].map(percent_in_tenths), ["50.0 %", "100.0 %"]);
    assert_eq!(
        [1e6, 1.5e6, 1e8].map(duration_as_set),
        ["1 ms", "1.5 ms", "100 ms"]
    );
    assert_eq!(
        [0.95, 0.999, 0.9].map(percent_as_set),
        ["95 %", "99.9 %", "90 %"]
    );
}

#[test]
fn columns_are_named_by_percentile_without_a_point() {
    assert_eq!([Level::P50, Level::P999].map(column_name), ["p50", "p999"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_duration_reads_back_within_half_a_digit(exponent in 3.0..12.0_f64) {
        let ns = 10_f64.powf(exponent);
        let text = duration(ns);
        let (number, unit) = text.split_once(' ').expect("a number and a unit");
        let scale = match unit { "µs" => 1e3, "ms" => 1e6, "s" => 1e9, other => panic!("{other}") };
        let read = number.parse::<f64>().expect("a number") * scale;
        prop_assert!((read / ns - 1.0).abs() <= 0.0051, "{ns} became {text}");
    }
}

#[test]
fn spans_name_their_unit_once_and_an_open_end() {
    assert_eq!(span(25.1e6, 26.3e6), "25.1–26.3 ms");
    assert_eq!(span(0.9e6, 1.2e6), "900 µs–1.20 ms");
    assert_eq!(span(5e6, f64::INFINITY), "from 5.00 ms");
    let ratio_span = |low, high| ratio_with_span(low, low, high, &[]).1;
    assert_eq!(ratio_span(3.41, 3.84), "3.4–3.9×");
    assert_eq!(ratio_span(1.234, 1.236), "1.23–1.24×");
    assert_eq!(span(280.8e6, 281.2e6), "280.8–281.2 ms");
    assert_eq!(span(5e6, 5e6), "5.00–5.00 ms");
    assert_eq!(ratio_span(23.61, 23.69), "23.6–23.7×");
    assert_eq!(ratio_span(2.0, 2.0), "2.0–2.0×");
}

#[test]
fn a_range_of_measured_values_is_rounded_to_the_next_numbers() {
    assert_eq!(range(454.6e6, 872.4e6), "455–872 ms");
    assert_eq!(span(454.6e6, 872.4e6), "454–873 ms");
    assert_eq!(range(61.42e6, 61.44e6), "61.4 ms");
    assert_eq!(range(0.5e6, 61.4e6), "500 µs–61.4 ms");
}

#[test]
fn a_span_with_a_negative_end_is_not_written_with_a_dash() {
    assert_eq!(span(-1.3e6, 1.83e6), "−1.30 to 1.83 ms");
    assert_eq!(span(-5e6, -4e6), "−5.00 to −4.00 ms");
    assert_eq!(span(-262e3, 1.83e6), "−262 µs to 1.83 ms");
}

#[test]
fn an_estimate_has_the_digits_of_its_interval() {
    let of = |(value, span): (String, String)| format!("{value} ({span})");
    assert_eq!(
        of(ratio_with_span(11.3, 11.1, 11.46, &[])),
        "11.3× (11.1–11.5×)"
    );
    assert_eq!(
        of(ratio_with_span(2.464, 2.461, 2.468, &[])),
        "2.46× (2.46–2.47×)"
    );
    assert_eq!(
        of(ratio_with_span(2.462, 2.461, 2.463, &[])),
        "2.462× (2.461–2.463×)"
    );
    assert_eq!(of(ratio_with_span(22.1, 20.2, 24.1, &[])), "22× (20–25×)");
    assert_eq!(of(ratio_with_span(2.0, 1.6, 2.5, &[])), "2.0× (1.6–2.5×)");
    assert_eq!(
        of(time_with_span(337.4e6, 337.2e6, 337.49e6)),
        "337.4 ms (337.2–337.5 ms)"
    );
    assert_eq!(
        of(time_with_span(5e6, 4e6, f64::INFINITY)),
        "5.00 ms (from 4.00 ms)"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_printed_ratio_lies_in_its_printed_interval_and_that_holds_the_real_one(exponent in -1.0..3.0_f64, below in 0.0..0.2_f64, above in 0.0..0.2_f64) {
        let ratio = 10_f64.powf(exponent);
        let (low, high) = (ratio * (1.0 - below), ratio * (1.0 + above));
        let (value, span) = ratio_with_span(ratio, low, high, &[]);
        let (value, (from, to)) = (number(&value), ends(&span));
        prop_assert!(from <= low && high <= to, "{low}–{high}: {span}");
        prop_assert!(from <= value && value <= to, "{value} ({span})");
    }

    #[test]
    fn no_rounding_takes_an_end_of_a_ratio_across_a_bound(low in 0.9..1.1_f64, width in 0.0..0.1_f64, bound in 0.9..1.1_f64) {
        let high = low + width;
        prop_assume!((low - bound).abs() > 1e-8 && (high - bound).abs() > 1e-8);
        let span = ratio_with_span(low, low, high, &[bound, 1.0]).1;
        let (from, to) = ends(&span);
        prop_assert_eq!((low > bound, high < bound), (from > bound, to < bound), "{}–{} beside {}: {}", low, high, bound, span);
    }

    #[test]
    fn a_printed_time_lies_in_its_printed_interval_and_that_holds_the_real_one(
        exponent in 2.0..11.0_f64, below in 0.0..2.5_f64, above in 0.0..0.2_f64, fine in 1.0..1e4_f64,
    ) {
        let time = 10_f64.powf(exponent);
        // A lower end below zero is one of a difference.
        let (low, high) = (time * (1.0 - below / fine), time * (1.0 + above / fine));
        let (value, span) = time_with_span(time, low, high);
        let (from, to) = match span.split_once(" to ") {
            Some((from, to)) => (from, to),
            None => span.split_once('–').expect("two ends"),
        };
        let unit = to.rsplit_once(' ').expect("a unit").1;
        let read = |text: &str| nanoseconds(text, unit);
        let slack = time * 1e-12;
        prop_assert!(read(from) <= low + slack && high <= read(to) + slack, "{low}–{high}: {span}");
        prop_assert!(read(from) <= read(&value) + slack && read(&value) <= read(to) + slack, "{value} ({span})");
    }

    #[test]
    fn a_share_is_rounded_the_way_that_was_asked_for(share in 0.0..1.0_f64) {
        let read = |rounding| {
            let text = percent_rounded(share, rounding);
            text.trim_end_matches(" %").parse::<f64>().expect("a number") / 100.0
        };
        let (down, near, up) = (read(Rounding::Down), read(Rounding::Nearest), read(Rounding::Up));
        prop_assert!(down <= share + 1e-15 && share <= up + 1e-15, "{share}: {down} {up}");
        prop_assert!(down <= near && near <= up, "{share}: {down} {near} {up}");
    }
}

fn number(text: &str) -> f64 {
    text.trim_end_matches('×').parse().expect("a number")
}

fn ends(span: &str) -> (f64, f64) {
    let (from, to) = span.split_once('–').expect("two ends");
    (number(from), number(to))
}

/// A printed time; where it has no unit of its own, in that one.
fn nanoseconds(text: &str, unit: &str) -> f64 {
    let (number, unit) = text.rsplit_once(' ').unwrap_or((text, unit));
    let scale = match unit {
        "ns" => 1.0,
        "µs" => 1e3,
        "ms" => 1e6,
        "s" => 1e9,
        other => panic!("{other}"),
    };
    number.replace('−', "-").parse::<f64>().expect("a number") * scale
}

#[test]
fn the_ends_of_an_interval_are_rounded_outward() {
    assert_eq!(span(25.14e6, 26.31e6), "25.1–26.4 ms");
    assert_eq!(span(5.001e6, f64::INFINITY), "from 5.00 ms");
    assert_eq!(span(-1.301e6, -1.109e6), "−1.31 to −1.10 ms");
    assert_eq!(span(998.2, 999.3), "998 ns–1.00 µs");
    assert_eq!(
        [Rounding::Down, Rounding::Up].map(|way| decimal(1.15, 2, way)),
        ["1.15", "1.15"],
        "a number that needs no rounding is not rounded"
    );
    assert_eq!(decimal(-0.04, 1, Rounding::Up), "0.0");
}

#[test]
fn an_end_beside_a_bound_has_the_decimals_that_tell_them_apart() {
    let span = |low, high| ratio_with_span(low, low, high, &[0.9804, 1.0, 1.0204]).1;
    assert_eq!(span(1.004, 1.22), "1.004–1.220×");
    assert_eq!(span(0.981, 1.0199), "0.981–1.020×");
    assert_eq!(span(0.99, 1.01), "0.99–1.01×");
}

#[test]
fn ticks_are_as_short_as_their_numbers_allow() {
    assert_eq!(
        [tick(2e5), tick(5e6), tick(2e9), tick(1e10)],
        ["0.2 ms", "5 ms", "2,000 ms", "10 s"]
    );
}

#[test]
fn ticks_have_no_digit_that_only_a_binary_fraction_has_and_lose_none_of_their_own() {
    let step = 0.2 * 1e6;
    assert_eq!(tick(608.0 * step), "121.6 ms");
    assert_eq!(tick_beside(3e6, 3.0 * 0.1 * 1e6), "0.3 ms");
    assert_eq!([tick(1_000.2e6), tick(2.0)], ["1,000.2 ms", "0.000002 ms"]);
    assert_eq!(tick_beside(1e6, -1_234.5e6), "-1,234.5 ms");
    assert_eq!(tick_beside(-2e10, -2e10), "-20 s");
    let change = [0.05, -0.000_05, 0.0, 0.3 - 0.1];
    assert_eq!(
        change.map(tick_of_change),
        ["+5 %", "−0.005 %", "0 %", "+20 %"]
    );
}

#[test]
fn an_interval_without_a_lower_end_and_a_phase_too_short_for_the_clock_are_told_as_such() {
    let (time, span) = time_with_span(103e6, f64::NEG_INFINITY, 108.6e6);
    assert_eq!((time.as_str(), span.as_str()), ("103 ms", "≤ 109 ms"));
    assert_eq!([phase(1.0), phase(1_500.0)], ["< 1 µs", "1.50 µs"]);
}
