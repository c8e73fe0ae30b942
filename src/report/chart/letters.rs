//! Which letters a picture can have.

use super::drawing::fonts::Weight;

/// The first letter of `text` that the fonts of pictures lack, so that a box would stand for it.
pub(crate) fn undrawable(text: &str) -> Option<char> {
    let has = |letter: &char| {
        [Weight::Regular, Weight::Bold]
            .iter()
            .all(|it| it.has(*letter))
    };
    text.chars().find(|letter| !has(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_the_languages_of_pictures_can_be_drawn_and_others_are_named() {
        assert_eq!(undrawable("Größe, région, año – 12 µs"), None);
        assert_eq!(undrawable("a 漢"), Some('漢'));
        assert_eq!(undrawable("🎉"), Some('🎉'));
    }
}
