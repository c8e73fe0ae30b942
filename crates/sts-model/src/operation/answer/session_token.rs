//! Which Region issued a session token, as the token itself says.
//!
//! Tokens are opaque by contract. Those of version 2, which every regional endpoint issues, were seen to begin with
//! `IQoJb3JpZ2luX2Vj`: base64 of a byte 0x21 and protobuf fields, the third of which is the Region. Anything else gives
//! `None`, never an error.

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::remote::{RegionText, Remote};

/// So many characters of a token hold its Region, whichever it is.
pub(super) const BEGINNING: usize = 96;

/// The Region of origin in the first 96 characters of `token`.
pub fn region_of_session_token(token: &str) -> Option<Remote<RegionText>> {
    let text = token.as_bytes();
    let beginning = text.get(..text.len().min(BEGINNING))?;
    let whole = beginning
        .strip_suffix(b"==")
        .or_else(|| beginning.strip_suffix(b"="))
        .unwrap_or(beginning);
    // A lone last character is not a byte yet.
    let whole = if whole.len() % 4 == 1 {
        &whole[..whole.len() - 1]
    } else {
        whole
    };
    let bytes = LENIENT.decode(whole).ok()?;
    let rest = bytes.strip_prefix(b"\x21\x0A\x09origin_ec\x10")?;
    // A varint of at most ten bytes: the last has its top bit clear.
    let number = rest.iter().take(10).position(|byte| byte & 0x80 == 0)?;
    let (length, rest) = rest
        .get(number + 1..)?
        .strip_prefix(b"\x1A")?
        .split_first()?;
    Remote::new(std::str::from_utf8(rest.get(..usize::from(*length))?).ok()?)
}

/// The beginning of base64 ends anywhere.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;

    use super::*;

    fn token(region: &[u8], number: &[u8]) -> String {
        let length = [0x1A, u8::try_from(region.len()).expect("short")];
        let parts: [&[u8]; 5] = [
            b"\x21\x0A\x09origin_ec\x10",
            number,
            &length,
            region,
            &[0x22; 90],
        ];
        STANDARD.encode(parts.concat())
    }

    #[test]
    fn the_region_of_origin_is_read_from_tokens_of_the_second_version() {
        for region in ["us-east-1", "eu-west-3", "us-gov-west-1", "ap-southeast-7"] {
            let whole = token(region.as_bytes(), &[0xE8, 0x07]);
            assert!(whole.starts_with("IQoJb3JpZ2luX2Vj"), "{whole}");
            for end in [whole.len(), BEGINNING, 70, 71] {
                assert_eq!(
                    region_of_session_token(&whole[..end]).as_deref(),
                    Some(region),
                    "{end}"
                );
            }
        }
    }

    #[test]
    fn tokens_of_the_first_version_and_odd_ones_name_no_region() {
        // The beginnings that were seen of tokens from the global endpoint, which name no Region.
        for odd in [
            "",
            "=",
            "FwoGZXIvYXdzEJr",
            "FQoGZXIvYXdzEJr",
            "IQoJb3JpZ2luX2Vj",
            "IQoJb3JpZ2luX2VjE",
            "\u{e9}\u{e9}\u{e9}",
        ] {
            assert_eq!(region_of_session_token(odd), None, "{odd}");
        }
        for (region, number) in [
            (&b""[..], &[1][..]),
            (b"EU WEST", &[1]),
            (&[b'a'; 33], &[1]),
            (b"eu-west-1", &[0xFF; 11]),
        ] {
            assert_eq!(
                region_of_session_token(&token(region, number)),
                None,
                "{region:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn any_token_is_read_without_a_panic(token in ".{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let _ = region_of_session_token(&token);
            let region = region_of_session_token(&STANDARD.encode([b"\x21\x0A\x09origin_ec\x10", &bytes[..]].concat()));
            prop_assert!(region.is_none_or(|region| region.len() <= 32));
        }
    }
}
