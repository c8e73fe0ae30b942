//! Which Region answered, as the response itself reports it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::remote::{RegionText, Remote};

/// The Region in an `x-amz-sts-extended-request-id` header: base64 of `1:<region>:S:<epoch ms>:R:<8 characters>`.
///
/// The form is undocumented and was read off live responses, so anything else is `None`, never an error.
pub fn region_of_request_id(header: &str) -> Option<Remote<RegionText>> {
    if header.len() > MAX_HEADER_BYTES {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(header).ok()?).ok()?;
    let mut fields = text.split(':');
    let (version, region, marker) = (fields.next()?, fields.next()?, fields.next()?);
    (version == "1" && marker == "S")
        .then(|| Remote::new(region))
        .flatten()
}

const MAX_HEADER_BYTES: usize = 512;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_header_is_read_without_a_panic(text in ".{0,700}", bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let decoded = [region_of_request_id(&text), region_of_request_id(&STANDARD.encode(&bytes)), region_of_request_id(&STANDARD.encode(&text))];
            prop_assert!(decoded.into_iter().flatten().all(|region| region.len() <= 32 && region.is_ascii()));
        }

        #[test]
        fn a_region_is_read_whatever_follows_it(region in "[a-z0-9-]{1,32}", rest in "[ -~]{0,60}") {
            let header = STANDARD.encode(format!("1:{region}:S:{rest}"));
            let read = region_of_request_id(&header);
            prop_assert_eq!(read.as_deref(), Some(region.as_str()));
        }
    }

    #[test]
    fn reads_the_region_and_ignores_everything_else() {
        let header = STANDARD.encode("1:eu-central-1:S:1782000000000:R:AbCdEfGh");
        assert_eq!(
            region_of_request_id(&header).as_deref(),
            Some("eu-central-1")
        );
        for odd in [
            "",
            "%%%",
            &STANDARD.encode("2:eu-west-1:S:1:R:x"),
            &STANDARD.encode("1:EU WEST:S:1:R:x"),
            &"A".repeat(600),
        ] {
            assert_eq!(region_of_request_id(odd), None, "{odd}");
        }
    }
}
