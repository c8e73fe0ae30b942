//! Unique ids and access key ids, which say whose account they belong to.
//!
//! Everything is visibly fake: long-term keys and entities end in `NOTAWS`, temporary keys carry `SIM`. Nothing here is secret.

/// An id that encodes `account` as AWS's own do: the first six of the base32-coded bytes hold a one, the account in 40
/// bits, and seven bits of `index`; two more bits of `index` follow, and `mark` ends it.
pub(super) fn unique_id(prefix: &str, account: &str, index: usize, mark: &[u8]) -> String {
    let account: u64 = account.parse().expect("accounts are twelve digits");
    let index = u64::try_from(index % DISTINCT).expect("below 512");
    let head = (1 << 49) | (account << 9) | index;
    let mut id = prefix.to_owned();
    id.extend(
        (0..10)
            .rev()
            .map(|position| char::from(base32(((head >> (5 * position)) & 31) as u8))),
    );
    id.extend(mark.iter().copied().map(char::from));
    id
}

/// The account that `access_key_id` was made for, twelve digits; `None` when it is no key id that encodes one. Keys from
/// before AWS's change of form begin with a letter below `Q` after their prefix and encode nothing.
pub(crate) fn account_of(access_key_id: &str) -> Option<String> {
    let rest = access_key_id
        .strip_prefix("AKIA")
        .or_else(|| access_key_id.strip_prefix("ASIA"))?;
    if rest.len() != 16 {
        return None;
    }
    let value = |c: u8| {
        ALPHABET
            .iter()
            .position(|known| *known == c)
            .and_then(|value| u64::try_from(value).ok())
    };
    // The first ten characters are the first fifty bits, one top bit and nine low ones around the account.
    let head = rest
        .bytes()
        .take(10)
        .try_fold(0_u64, |bits, c| Some((bits << 5) | value(c)?))?;
    rest.bytes().all(|c| value(c).is_some()).then_some(())?;
    let account = (head >> 9) & ((1 << 40) - 1);
    ((head >> 49) == 1 && account < 1_000_000_000_000).then(|| format!("{account:012}"))
}

/// The RFC 4648 character of the low five bits.
pub(super) fn base32(value: u8) -> u8 {
    ALPHABET[usize::from(value & 31)]
}

/// The bytes of RFC 4648's base32, in either case and with or without its padding.
pub(super) fn base32_decoded(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for c in text.trim_end_matches('=').bytes() {
        let value = ALPHABET
            .iter()
            .position(|known| *known == c.to_ascii_uppercase())?;
        bits = (bits << 5) | u32::try_from(value).ok()?;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push(((bits >> count) & 0xFF) as u8);
        }
    }
    Some(bytes)
}

/// Ids have nine bits to tell entities of one account apart.
pub(super) const DISTINCT: usize = 512;

pub(super) const LONG_TERM_MARK: &[u8] = b"NOTAWS";
/// Ids of users, roles and groups are one character longer than those of keys (AIDACKCEVSQ6C2EXAMPLE in AWS's documentation).
pub(super) const ENTITY_MARK: &[u8] = b"ANOTAWS";
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

#[cfg(test)]
mod tests {
    use super::*;

    /// The published way to read the account out of an id: base32, six bytes, mask, shift.
    fn published(id: &str) -> String {
        let bits = id.bytes().skip(4).fold(0_u128, |bits, c| {
            (bits << 5) | ALPHABET.iter().position(|x| *x == c).expect("base32") as u128
        });
        let first_six = u64::try_from(bits >> 32).expect("48 bits");
        format!("{:012}", (first_six & 0x7FFF_FFFF_FF80) >> 7)
    }

    #[test]
    fn ids_encode_their_account_and_are_visibly_fake() {
        for account in ["123456789012", "000000000001", "999999999999"] {
            let id = unique_id("AKIA", account, 7, LONG_TERM_MARK);
            assert_eq!(published(&id), account, "{id}");
            assert_eq!(account_of(&id).as_deref(), Some(account), "{id}");
            assert!(id.ends_with("NOTAWS") && id.len() == 20, "{id}");
            assert!(
                b"QRSTUVWXYZ234567".contains(&id.as_bytes()[4]),
                "newer ids have the top bit set: {id}"
            );
        }
    }

    #[test]
    fn keys_that_encode_no_account_say_none() {
        for id in [
            "AKIAIOSFODNN7EXAMPLE",
            "AKIA",
            "AROAQQQQQQQQQQQQQQQQ",
            "AKIAQQQQQQQQQQQ1QQQQ",
            "ASIA7777777777777777",
        ] {
            assert_eq!(account_of(id), None, "{id}");
        }
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        for (text, bytes) in [
            ("", ""),
            ("MY======", "f"),
            ("mzxw6===", "foo"),
            ("MZXW6YTBOI", "foobar"),
        ] {
            assert_eq!(
                base32_decoded(text).as_deref(),
                Some(bytes.as_bytes()),
                "{text}"
            );
        }
        assert_eq!(base32_decoded("MZ1W"), None);
    }
}
