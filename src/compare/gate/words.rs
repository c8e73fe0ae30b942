//! Numbers within the sentences of claims.

/// A time, ns, with three digits and its unit.
pub(in crate::compare) fn time(nanoseconds: f64) -> String {
    let milliseconds = nanoseconds / 1e6;
    match milliseconds.abs() {
        ms if !ms.is_finite() => "any time".to_owned(),
        ms if ms < 0.9995 => format!("{} µs", digits(milliseconds * 1e3)),
        ms if ms < 9_999.5 => format!("{} ms", digits(milliseconds)),
        _ => format!("{} s", digits(milliseconds / 1e3)),
    }
}

/// A share, 0–1, in per cent with two digits that tell something.
pub(in crate::compare) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent.abs() {
        p if p >= 9.95 || p == 0.0 => format!("{percent:.0} %"),
        p if p >= 0.995 => format!("{percent:.1} %"),
        p if p >= 0.0995 => format!("{percent:.2} %"),
        _ => format!("{percent:.3} %"),
    }
}

/// A number with three digits, whole from 100 on.
pub(in crate::compare) fn digits(number: f64) -> String {
    match number.abs() {
        n if n < 9.995 => format!("{number:.2}"),
        n if n < 99.95 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_tell_something() {
        let times = [1.0, 999.0, 245_300.0, 999_600.0, 25_640_000.0, 500e6, 9_999_600_000.0, f64::INFINITY].map(time);
        assert_eq!(times, ["0.00 µs", "1.00 µs", "245 µs", "1.00 ms", "25.6 ms", "500 ms", "10.0 s", "any time"]);
        let shares = [0.0, 0.000_5, 0.001, 0.016_3, 0.5].map(percent);
        assert_eq!(shares, ["0 %", "0.050 %", "0.10 %", "1.6 %", "50 %"]);
    }
}
