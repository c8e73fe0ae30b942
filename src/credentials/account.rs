//! The account of an access key, computed from the key id. Sends nothing.

/// The twelve digits of the account that `access_key_id` belongs to, or `None` when the id does not carry one.
///
/// Ids issued since about 2019 carry their account: the sixteen characters after the prefix are base32, and of the first
/// six bytes of what they spell, bits 7 to 46 are the account. The top bit tells such an id from an older one, which
/// spells nothing. AWS documents neither; the rule was verified on ids whose accounts are known, so the answer may
/// explain and compare, but `GetCallerIdentity` is the only authority.
pub(crate) fn of_key_id(access_key_id: &str) -> Option<String> {
    let encoded = access_key_id.get(PREFIX..)?;
    if encoded.len() != ENCODED || !access_key_id.is_ascii() {
        return None;
    }
    let mut bits: u128 = 0;
    for character in encoded.bytes() {
        bits = bits << 5 | u128::from(digit(character)?);
    }
    // Sixteen characters of five bits are eighty bits; the first six bytes are the upper forty-eight.
    let head = u64::try_from(bits >> 32).expect("forty-eight bits fit into sixty-four");
    if head & CARRIES_ACCOUNT == 0 {
        return None;
    }
    let account = (head & ACCOUNT) >> 7;
    (account <= LARGEST).then(|| format!("{account:012}"))
}

/// `AKIA`, `ASIA` and their kind.
const PREFIX: usize = 4;
/// The characters after the prefix.
const ENCODED: usize = 16;
const CARRIES_ACCOUNT: u64 = 1 << 47;
const ACCOUNT: u64 = 0x7fff_ffff_ff80;
const LARGEST: u64 = 999_999_999_999;

/// RFC 4648 §6.
fn digit(character: u8) -> Option<u8> {
    match character {
        b'A'..=b'Z' => Some(character - b'A'),
        b'2'..=b'7' => Some(character - b'2' + 26),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The other direction, written from the layout and not from the decoder.
    fn key_of(account: u64, tail: u64) -> String {
        let head = 1 << 47 | account << 7 | tail & 0x7f;
        let bits = u128::from(head) << 32 | u128::from(tail & 0xffff_ffff);
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let encoded = (0..16)
            .rev()
            .map(|at| char::from(alphabet[usize::try_from(bits >> (5 * at) & 31).expect("small")]));
        "AKIA".chars().chain(encoded).collect()
    }

    #[test]
    fn a_published_id_gives_its_published_account() {
        assert_eq!(
            of_key_id("ASIAQNZGKIQY56JQ7WML").as_deref(),
            Some("029608264753")
        );
    }

    #[test]
    fn every_account_survives_the_way_there_and_back() {
        for account in [0, 1, 123_456_789_012, 999_999_999_999] {
            let key = key_of(account, 0xdead_beef_cafe);
            assert_eq!(of_key_id(&key), Some(format!("{account:012}")), "{key}");
        }
    }

    #[test]
    fn the_ids_of_the_documentation_carry_no_account() {
        for key in [
            "AKIAIOSFODNN7EXAMPLE",
            "ASIAIOSFODNN7EXAMPLE",
            "AKIAI44QH8DHBEXAMPLE",
            "AKIAJ2EXAMPLEEXAMPLE",
        ] {
            assert_eq!(of_key_id(key), None, "{key}");
        }
    }

    #[test]
    fn what_is_no_id_carries_no_account() {
        for key in [
            "",
            "AKIA",
            "AKIAQ",
            "AKIAQNZGKIQY56JQ7WM1",
            "AKIAQNZGKIQY56JQ7WMLX",
            "AKIÄQNZGKIQY56JQ7WML",
        ] {
            assert_eq!(of_key_id(key), None, "{key}");
        }
    }

    #[test]
    fn a_number_of_thirteen_digits_is_no_account() {
        assert_eq!(of_key_id(&key_of(1_000_000_000_000, 0)), None);
    }
}
