//! The two appearances of a picture and their colours. One role has one colour in every chart.

/// On which background a picture will be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// On white.
    Light,
    /// On GitHub's dark background.
    Dark,
}

impl Theme {
    /// Both, in the order in which they are drawn.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// As in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The colours.
    pub fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }
}

/// An opaque colour in sRGB: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Colours by role. Those of the data are Okabe and Ito's (2008), told apart with any colour vision, and lighter kin of
/// them on dark; text keeps a contrast of 4.5 : 1 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub background: Colour,
    /// Titles and labels.
    pub text: Colour,
    /// What explains: subtitles, ticks, footers.
    pub muted: Colour,
    /// Behind every other row of a list.
    pub band: Colour,
    /// Lines of the axes.
    pub grid: Colour,
    /// The bar between two points.
    pub bar: Colour,
    /// The global endpoint.
    pub global: Colour,
    /// Regional endpoints; the first is the one that the chart is about.
    pub regional: [Colour; 4],
    /// Warnings.
    pub failure: Colour,
    /// The phases of a call in order: those that set up a connection in one family, those of the exchange in another.
    pub phases: [Colour; 6],
}

const LIGHT: Palette = Palette {
    background: Colour(0xFF, 0xFF, 0xFF),
    text: Colour(0x1F, 0x23, 0x28),
    muted: Colour(0x57, 0x60, 0x6A),
    band: Colour(0xF5, 0xF7, 0xF9),
    grid: Colour(0xDB, 0xDF, 0xE4),
    bar: Colour(0x8C, 0x95, 0x9F),
    global: Colour(0xD5, 0x5E, 0x00),
    regional: [
        Colour(0x00, 0x72, 0xB2),
        Colour(0x00, 0x9E, 0x73),
        Colour(0xCC, 0x79, 0xA7),
        Colour(0x7A, 0x82, 0x8B),
    ],
    failure: Colour(0xB4, 0x23, 0x18),
    phases: [
        Colour(0x3B, 0x0F, 0x6B),
        Colour(0x7B, 0x5E, 0xB0),
        Colour(0xBF, 0xA9, 0xDE),
        Colour(0x0B, 0x4F, 0x4A),
        Colour(0x1E, 0xA3, 0x7F),
        Colour(0xA5, 0xDD, 0xC0),
    ],
};

const DARK: Palette = Palette {
    background: Colour(0x0D, 0x11, 0x17),
    text: Colour(0xE6, 0xED, 0xF3),
    muted: Colour(0x9D, 0xA7, 0xB3),
    band: Colour(0x14, 0x1A, 0x21),
    grid: Colour(0x2E, 0x35, 0x3E),
    bar: Colour(0x76, 0x7F, 0x8A),
    global: Colour(0xFF, 0x9E, 0x4A),
    regional: [
        Colour(0x56, 0xB4, 0xE9),
        Colour(0x2B, 0xD4, 0xA4),
        Colour(0xE7, 0xA6, 0xCB),
        Colour(0x9D, 0xA7, 0xB3),
    ],
    failure: Colour(0xFF, 0x7B, 0x72),
    phases: [
        Colour(0xE4, 0xD7, 0xF7),
        Colour(0xA9, 0x8B, 0xDB),
        Colour(0x6F, 0x4F, 0xAB),
        Colour(0xD2, 0xF3, 0xE2),
        Colour(0x2F, 0xBF, 0x93),
        Colour(0x13, 0x6B, 0x57),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as WCAG 2.2 defines it.
    fn luminance(Colour(red, green, blue): Colour) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(a: Colour, b: Colour) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn text_can_be_read_and_marks_can_be_seen_on_either_background() {
        for theme in Theme::ALL {
            let palette = theme.palette();
            for text in [palette.text, palette.muted, palette.failure] {
                assert!(
                    contrast(text, palette.background) >= 4.5,
                    "{theme:?} {text:?}"
                );
                assert!(contrast(text, palette.band) >= 4.5, "{theme:?} {text:?}");
            }
            for mark in palette.regional.into_iter().chain([palette.global]) {
                assert!(
                    contrast(mark, palette.background) >= 3.0,
                    "{theme:?} {mark:?}"
                );
            }
        }
    }

    #[test]
    fn neighbouring_phases_differ_in_lightness() {
        for theme in Theme::ALL {
            for pair in theme.palette().phases.windows(2) {
                assert!(contrast(pair[0], pair[1]) >= 1.5, "{theme:?} {pair:?}");
            }
        }
    }
}
