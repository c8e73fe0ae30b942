//! Numbers within the sentences of claims.

/// A time, ns, with three digits and its unit.
pub(crate) fn time(nanoseconds: f64) -> String {
    let milliseconds = nanoseconds / 1e6;
    match milliseconds.abs() {
        ms if !ms.is_finite() => "any time".to_owned(),
        ms if ms < 0.9995 => format!("{} µs", digits(milliseconds * 1e3)),
        ms if ms < 9_999.5 => format!("{} ms", digits(milliseconds)),
        _ => format!("{} s", digits(milliseconds / 1e3)),
    }
}

/// A share, 0–1, in per cent with two digits that tell something.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent.abs() {
        p if p >= 9.95 || p == 0.0 => format!("{percent:.0} %"),
        p if p >= 0.995 => format!("{percent:.1} %"),
        p if p >= 0.0995 => format!("{percent:.2} %"),
        _ => format!("{percent:.3} %"),
    }
}

/// A number with three digits, whole from 100 on.
pub(crate) fn digits(number: f64) -> String {
    match number.abs() {
        n if n < 9.995 => format!("{number:.2}"),
        n if n < 99.95 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// A factor with three digits that tell something: between an endpoint beside the caller and one across the world lie 25.
pub(crate) fn factor(number: f64) -> String {
    match number.abs() {
        n if n > 0.0 && n < 0.995 => {
            // 0.0412 has its first digit in the second place.
            let decimals = (2.0 - n.log10().floor()).clamp(2.0, 9.0) as usize;
            format!("{number:.decimals$}")
        }
        _ => digits(number),
    }
}

/// The ends of an interval of two-sided `confidence`, which each hold on their own with more.
pub(crate) fn between(
    low: f64,
    high: f64,
    shown: impl Fn(f64) -> String,
    confidence: f64,
) -> String {
    let ends = match (low > 0.0, high.is_finite()) {
        (true, true) => format!("{} to {}", shown(low), shown(high)),
        (true, false) => format!("at least {}", shown(low)),
        (false, true) => format!("at most {}", shown(high)),
        (false, false) => return "no bound on either side".to_owned(),
    };
    let outside = (1.0 - confidence) / 2.0 * 100.0;
    // Two digits of what an end leaves out.
    let decimals = (1.0 - outside.log10().floor()).clamp(0.0, 9.0) as usize;
    format!(
        "{ends}, each end with {:.decimals$} % confidence",
        100.0 - outside
    )
}

/// Where a value lies from its limit. Of one whose interval reaches across the limit that would read as if it had been decided.
pub(crate) fn distance(decided: Option<bool>, value: f64, limit: f64) -> String {
    if decided.is_none() {
        return "an interval that reaches across".to_owned();
    }
    match percent((value / limit - 1.0).abs()) {
        none if none == percent(0.0) || value == limit => "at".to_owned(),
        some if value < limit => format!("{some} below"),
        some => format!("{some} above"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_digits_that_tell_something() {
        let times = [
            1.0,
            999.0,
            245_300.0,
            999_600.0,
            25_640_000.0,
            500e6,
            9_999_600_000.0,
            f64::INFINITY,
        ]
        .map(time);
        assert_eq!(
            times,
            [
                "0.00 µs", "1.00 µs", "245 µs", "1.00 ms", "25.6 ms", "500 ms", "10.0 s",
                "any time"
            ]
        );
        let shares = [0.0, 0.000_5, 0.001, 0.016_3, 0.5].map(percent);
        assert_eq!(shares, ["0 %", "0.050 %", "0.10 %", "1.6 %", "50 %"]);
    }

    #[test]
    fn an_interval_says_how_surely_each_of_its_ends_holds() {
        assert_eq!(
            between(25e6, 30e6, time, 0.95),
            "25.0 ms to 30.0 ms, each end with 97.5 % confidence"
        );
        assert_eq!(
            between(25e6, f64::INFINITY, time, 0.95),
            "at least 25.0 ms, each end with 97.5 % confidence"
        );
        assert_eq!(
            between(0.0, 0.01, percent, 1.0 - 0.05 / 34.0),
            "at most 1.0 %, each end with 99.926 % confidence"
        );
        let distances = [(8.0, 10.0), (15.0, 10.0), (7.0, 7.0)]
            .map(|(value, limit)| distance(Some(true), value, limit));
        assert_eq!(distances, ["20 % below", "50 % above", "at"]);
        assert_eq!(distance(None, 0.0, 0.01), "an interval that reaches across");
    }

    #[test]
    fn small_factors_keep_their_digits() {
        let factors = [0.041_23, 0.041_56, 0.398, 0.8, 1.26, 12.34, 0.0].map(factor);
        assert_eq!(
            factors,
            ["0.0412", "0.0416", "0.398", "0.800", "1.26", "12.3", "0.00"]
        );
    }
}
