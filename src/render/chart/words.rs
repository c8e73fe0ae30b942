//! Numbers as the charts write them: three significant digits, a unit on each.

/// A time of `nanoseconds`: in ms under 10 s, in s from there.
pub(super) fn duration(nanoseconds: f64) -> String {
    if nanoseconds < 9.995e9 {
        format!("{} ms", three_digits(nanoseconds / 1e6))
    } else {
        format!("{} s", three_digits(nanoseconds / 1e9))
    }
}

/// A tick of an axis of times: as short as the number allows.
pub(super) fn tick(nanoseconds: f64) -> String {
    let (number, unit) = if nanoseconds < 9.995e9 { (nanoseconds / 1e6, "ms") } else { (nanoseconds / 1e9, "s") };
    if number < 1000.0 { format!("{number} {unit}") } else { format!("{} {unit}", whole(number)) }
}

/// How often one time goes into another: `24×`, `3.2×`, `1.04×`.
pub(super) fn factor(ratio: f64) -> String {
    if ratio < 1.095 {
        format!("{ratio:.2}×")
    } else if ratio < 9.95 {
        format!("{ratio:.1}×")
    } else {
        format!("{}×", whole(ratio.round()))
    }
}

/// What the global endpoint's time over an endpoint's own says of the endpoint.
pub(super) fn against_global(ratio: f64) -> String {
    if ratio >= 1.005 {
        format!("{} faster", factor(ratio))
    } else if ratio <= 1.0 / 1.005 {
        format!("{} slower", factor(1.0 / ratio))
    } else {
        "equal".to_owned()
    }
}

/// A count with its thousands apart.
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn three_digits(number: f64) -> String {
    match number {
        n if n < 0.9995 => format!("{n:.3}"),
        n if n < 9.995 => format!("{n:.2}"),
        n if n < 99.95 => format!("{n:.1}"),
        n => whole(n.round()),
    }
}

fn whole(number: f64) -> String {
    // Times end at an hour and ratios of them far below 2⁵³; anything else saturates.
    count(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_a_unit() {
        let cases = [
            (0.5e6, "0.500 ms"),
            (3.976e6, "3.98 ms"),
            (9.999e6, "10.0 ms"),
            (95.13e6, "95.1 ms"),
            (99.97e6, "100 ms"),
            (1_234.4e6, "1,234 ms"),
            (10.5e9, "10.5 s"),
        ];
        for (nanoseconds, text) in cases {
            assert_eq!(duration(nanoseconds), text);
        }
        assert_eq!([tick(2e5), tick(5e6), tick(2e9), tick(1e10)], ["0.2 ms", "5 ms", "2,000 ms", "10 s"]);
    }

    #[test]
    fn ratios_say_who_is_faster() {
        assert_eq!(against_global(23.8), "24× faster");
        assert_eq!(against_global(3.24), "3.2× faster");
        assert_eq!(against_global(1.04), "1.04× faster");
        assert_eq!(against_global(0.5), "2.0× slower");
        assert_eq!(against_global(1.001), "equal");
    }

    #[test]
    fn counts_are_grouped_in_thousands() {
        assert_eq!([count(0), count(999), count(13_824), count(1_000_000)], ["0", "999", "13,824", "1,000,000"]);
    }
}
