//! What two texts have in common, found without comparing every place of the one with every place of the other.

/// So many characters in a row are the same in two texts only when one repeats the other.
pub(super) const NO_CHANCE: usize = 12;

/// A text, prepared for being compared with others.
pub(super) struct Pieces<'a> {
    text: &'a [u8],
    /// One bit for each group of the text, some of which share one.
    groups: [u64; WORDS],
}

impl<'a> Pieces<'a> {
    /// Of this text.
    pub(super) fn of(text: &'a str) -> Self {
        let text = text.as_bytes();
        let mut groups = [0; WORDS];
        for group in text.windows(GROUP) {
            let (word, bit) = place(group);
            groups[word] |= bit;
        }
        Self { text, groups }
    }

    /// Whether [`NO_CHANCE`] bytes in a row are the same in both.
    pub(super) fn occur_in(&self, other: &str) -> bool {
        let other = other.as_bytes();
        // Every piece of both holds a group that begins at one of these places, so that the others are not looked at.
        let places = (0..(other.len() + 1).saturating_sub(GROUP)).step_by(NO_CHANCE - GROUP + 1);
        self.text.len() >= NO_CHANCE
            && places.into_iter().any(|at| {
                let (word, bit) = place(&other[at..at + GROUP]);
                self.groups[word] & bit != 0 && self.are_common_around(other, at)
            })
    }

    /// Whether a piece of both holds the group of `other` that begins there.
    fn are_common_around(&self, other: &[u8], at: usize) -> bool {
        let group = &other[at..at + GROUP];
        let places = self.text.windows(GROUP).enumerate();
        let mut same = places.filter(|(_, found)| *found == group);
        same.any(|(here, _)| {
            let backwards = self.text[..here].iter().rev().zip(other[..at].iter().rev());
            let forwards = self.text[here..].iter().zip(&other[at..]);
            let before = backwards.take_while(|(one, two)| one == two).count();
            let after = forwards.take_while(|(one, two)| one == two).count();
            before + after >= NO_CHANCE
        })
    }
}

/// The bit of a group.
fn place(group: &[u8]) -> (usize, u64) {
    let number = group
        .iter()
        .fold(0_u32, |number, &byte| number << 8 | u32::from(byte));
    // Knuth's multiplicative hash; its upper bits are the mixed ones.
    let hash = number.wrapping_mul(2_654_435_761) >> 20;
    (hash as usize / 64, 1 << (hash % 64))
}

/// Length of a group.
const GROUP: usize = 4;

/// 4,096 bits.
const WORDS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same by its definition.
    fn have_a_piece_in_common(one: &str, two: &str) -> bool {
        let mut pieces = one.as_bytes().windows(NO_CHANCE);
        pieces.any(|piece| {
            two.as_bytes()
                .windows(NO_CHANCE)
                .any(|other| other == piece)
        })
    }

    proptest! {
        #[test]
        fn a_piece_in_common_is_found_wherever_it_stands(
            before in "[ab]{0,30}", piece in "[abc]{0,20}", after in "[ab]{0,30}", other in "[abc]{0,90}", at in 0..90_usize,
        ) {
            let text = format!("{before}{piece}{after}");
            let at = at.min(other.len());
            for sent in [format!("{}{piece}{}", &other[..at], &other[at..]), other] {
                let expected = have_a_piece_in_common(&text, &sent);
                prop_assert_eq!(Pieces::of(&text).occur_in(&sent), expected, "{} {}", text, sent);
            }
        }
    }

    #[test]
    fn twelve_characters_are_a_piece_and_eleven_are_not() {
        let sent = "0123456789abcdefghijklmnopqrstuvwxyz";
        for from in 0..sent.len() - NO_CHANCE {
            let piece = format!("--{}--", &sent[from..from + NO_CHANCE]);
            assert!(Pieces::of(&piece).occur_in(sent), "{piece}");
            let shorter = format!("--{}--", &sent[from..from + NO_CHANCE - 1]);
            assert!(!Pieces::of(&shorter).occur_in(sent), "{shorter}");
        }
    }
}
