//! Numbers as they are written in a moment.

/// A number without a fraction.
pub(super) fn whole(digits: &str) -> Option<i64> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

/// A number without its fraction.
pub(super) fn truncated(number: &str) -> Option<i64> {
    let (whole_part, fraction) = number.split_once('.').unwrap_or((number, "0"));
    whole(fraction)?;
    whole(whole_part)
}

pub(super) fn fraction_millionths(number: &str) -> i64 {
    let fraction = number.split_once('.').map_or("", |(_, fraction)| fraction);
    let six: String = fraction.chars().chain("000000".chars()).take(6).collect();
    whole(&six).unwrap_or(0)
}
