//! Secrets in other forms than they were sent in: in another case, with other letters between, backwards, as hexadecimal
//! digits, in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use super::pieces::NO_CHANCE;

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

/// Whether the digits of an id spell some characters of a secret in a row, in as many digits as are no chance.
pub(super) fn spells_part_of(id: &str, secret: &str) -> bool {
    let digits = id.chars().filter_map(|letter| letter.to_digit(16));
    let digits: Vec<u8> = digits
        .filter_map(|digit| u8::try_from(digit).ok())
        .collect();
    let secret = secret.as_bytes();
    // A byte may begin at either digit of a pair.
    digits.iter().take(2).enumerate().any(|(from, _)| {
        let pairs = digits[from..].chunks_exact(2);
        let bytes: Vec<u8> = pairs.map(|pair| pair[0] << 4 | pair[1]).collect();
        bytes.windows(NO_CHANCE / 2).any(|part| {
            part.iter().all(u8::is_ascii_graphic)
                && secret.windows(part.len()).any(|own| own == part)
        })
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

    #[test]
    fn an_id_that_spells_a_part_of_a_secret_is_known() {
        let secret = "IQoJb3JpZ2luX2VjEJr//////////wEaDGV1LXdlc3Qt";
        let id = |digits: &str| {
            let [a, b, c, d, e] = [0..8, 8..12, 12..16, 16..20, 20..32].map(|at| &digits[at]);
            format!("{a}-{b}-{c}-{d}-{e}")
        };
        let bytes = secret.as_bytes();
        for from in 0..=bytes.len() - 16 {
            let digits = hexadecimal(&bytes[from..from + 16]);
            let capitals = digits.to_ascii_uppercase();
            let shifted = format!("0{}", &digits[..31]);
            let in_random = format!("c6104cbeaf31{}81ee14fe", &digits[..12]);
            for digits in [digits.as_str(), &capitals, &shifted, &in_random] {
                let id = id(digits);
                assert!(is_uuid(&id) && spells_part_of(&id, secret), "{id}");
            }
            // Ten digits are a chance, and so is what AWS sends.
            let few = format!("c6104cbeaf31{}0081ee14fe", &digits[..10]);
            assert!(!spells_part_of(&id(&few), secret), "{few}");
        }
        assert!(!spells_part_of(
            "c6104cbe-af31-11e0-8154-cbc7ccf896c7",
            secret
        ));
        assert!(!spells_part_of("c6104cbe-af31-11e0-8154-cbc7ccf896c7", ""));
    }
}
