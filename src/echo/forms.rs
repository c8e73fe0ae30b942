//! Secrets in other forms than they were sent in: in another case, with other letters between, backwards, as hexadecimal
//! digits, in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

/// A secret in each of these forms, as [`plain`] texts. Where one stands in a text decides what base64 makes of it, so that
/// there are three of those.
pub(super) fn of(secret: &str) -> Vec<Zeroizing<String>> {
    let bytes = secret.as_bytes();
    let backwards: Zeroizing<String> = Zeroizing::new(secret.chars().rev().collect());
    let mut forms = vec![plain(secret), plain(&backwards), hexadecimal(bytes)];
    let groups = (0..bytes.len().min(3)).map(|from| {
        let encoded = Zeroizing::new(STANDARD_NO_PAD.encode(&bytes[from..]));
        plain(&encoded)
    });
    forms.extend(groups);
    forms
}

/// Whether it is an id as AWS writes them: 32 hexadecimal digits in five groups.
pub(super) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Letters and digits alone, in lower case.
pub(super) fn plain(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let letters = text.chars().filter(char::is_ascii_alphanumeric);
    plain.extend(letters.map(|letter| letter.to_ascii_lowercase()));
    plain
}

fn hexadecimal(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    text.extend(
        bytes
            .iter()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]),
    );
    text
}

#[cfg(test)]
mod tests {
    use super::super::pieces::Pieces;
    use super::*;

    fn repeats(text: &str, secret: &str) -> bool {
        let text = plain(text);
        let pieces = Pieces::of(&text);
        of(secret).iter().any(|form| pieces.occur_in(form))
    }

    const TOKEN: &str = "IQoJb3JpZ2luX2VjEJr//////////wEaDGV1LXdlc3QtMSJHMEUCIQ";

    #[test]
    fn a_secret_is_known_in_every_form() {
        let dashes: String = TOKEN
            .as_bytes()
            .chunks(6)
            .map(|chunk| String::from_utf8_lossy(chunk) + "-")
            .collect();
        let backwards: String = TOKEN.chars().rev().collect();
        let hexadecimal: String = TOKEN.bytes().map(|byte| format!("{byte:02X}")).collect();
        for text in [
            TOKEN.to_ascii_lowercase(),
            TOKEN.to_ascii_uppercase()[7..30].to_owned(),
            dashes,
            backwards,
            hexadecimal[6..40].to_owned(),
            STANDARD_NO_PAD.encode(TOKEN),
            STANDARD_NO_PAD.encode(format!("x{TOKEN}")),
            STANDARD_NO_PAD.encode(&TOKEN[5..]),
        ] {
            assert!(repeats(&text, TOKEN), "{text}");
        }
        for text in [
            "c6104cbe-af31-11e0-8154-cbc7ccf896c7",
            "17B4C0D3E0A1F3A2",
            "tx00000000000000000001d-006749e0c2-1039-default",
            "short",
        ] {
            assert!(!repeats(text, TOKEN), "{text}");
        }
    }

    #[test]
    fn ids_of_aws_are_told_from_others() {
        assert!(is_uuid("c6104cbe-af31-11e0-8154-cbc7ccf896c7"));
        for text in [
            "",
            "c6104cbeaf3111e08154cbc7ccf896c7",
            "c6104cbe-af31-11e0-8154-cbc7ccf896cg",
        ] {
            assert!(!is_uuid(text), "{text}");
        }
    }
}
