//! One-time codes of virtual MFA devices: TOTP of RFC 6238 with HMAC-SHA-1, six digits and steps of thirty seconds, as every
//! authenticator app makes them. A code of the step before and after counts too, because phones' clocks differ.

use aws_lc_rs::hmac;
use time::OffsetDateTime;

/// The step of time in which the device with `seed` shows `code`, if that is around `now`.
pub(crate) fn step(seed: &[u8], code: &str, now: OffsetDateTime) -> Option<i64> {
    let current = step_of(now);
    (current - 1..=current + 1).find(|step| {
        u64::try_from(*step)
            .is_ok_and(|step| format!("{:06}", hotp(seed, step) % 1_000_000) == code)
    })
}

/// Whether a code of `step` can be taken at `now`.
pub(crate) fn is_current(step: i64, now: OffsetDateTime) -> bool {
    (step_of(now) - 1..=step_of(now) + 1).contains(&step)
}

fn step_of(now: OffsetDateTime) -> i64 {
    now.unix_timestamp().div_euclid(STEP_SECONDS)
}

/// The truncated 31 bits of RFC 4226, 5.3.
fn hotp(seed: &[u8], counter: u64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &counter.to_be_bytes());
    let digest = tag.as_ref();
    let offset = usize::from(digest.last().copied().unwrap_or_default() & 0x0F);
    let bytes = digest.get(offset..offset + 4).unwrap_or_default();
    bytes
        .iter()
        .fold(0, |bits, byte| (bits << 8) | u32::from(*byte))
        & 0x7FFF_FFFF
}

const STEP_SECONDS: i64 = 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_vectors_in_rfc_6238() {
        // Appendix B, SHA-1, eight digits.
        for (seconds, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(
                hotp(b"12345678901234567890", seconds / 30) % 100_000_000,
                code,
                "{seconds}"
            );
        }
    }

    #[test]
    fn a_code_holds_a_step_longer_and_no_more() {
        let at = |seconds| OffsetDateTime::from_unix_timestamp(seconds).expect("an instant");
        // 287082 is shown from 30 s to 60 s.
        for (seconds, holds) in [
            (0, true),
            (59, true),
            (89, true),
            (90, false),
            (1_111_111_109, false),
        ] {
            assert_eq!(
                step(b"12345678901234567890", "287082", at(seconds)) == Some(1),
                holds,
                "{seconds}"
            );
        }
        assert_eq!(step(b"12345678901234567890", "87082", at(59)), None);
        assert!(is_current(1, at(89)) && !is_current(1, at(90)));
    }
}
