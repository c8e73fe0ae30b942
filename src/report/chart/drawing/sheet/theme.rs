//! The appearances of a picture and their colours. One role has one colour in every chart.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// On which background a picture will be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// On white.
    Light,
    /// On GitHub's dark background.
    Dark,
    /// On paper: every role has a lightness of its own, so that a copy in grey keeps them apart.
    Print,
}

/// What is behind a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Background {
    /// The theme's colour.
    #[default]
    Theme,
    /// Nothing: the page shines through.
    None,
    /// That colour.
    Colour(Colour),
}

/// A theme on a background.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appearance {
    /// The colours of everything that is drawn.
    pub theme: Theme,
    /// What is behind it.
    pub background: Background,
}

impl From<Theme> for Appearance {
    fn from(theme: Theme) -> Self {
        Self {
            theme,
            background: Background::Theme,
        }
    }
}

impl Appearance {
    /// The colours.
    pub fn palette(self) -> &'static Palette {
        self.theme.palette()
    }

    /// The colour behind everything; `None` where the page shines through.
    pub fn background(self) -> Option<Colour> {
        match self.background {
            Background::Theme => Some(self.palette().background),
            Background::None => None,
            Background::Colour(colour) => Some(colour),
        }
    }

    /// The colour that the page behind most likely has.
    pub(crate) fn behind(self) -> Colour {
        self.background().unwrap_or(self.palette().background)
    }

    /// Whether text and marks of the data can be seen on the background.
    pub(crate) fn is_legible(self) -> bool {
        let (text, marks) = self.contrasts();
        text >= 4.5 && marks >= 3.0
    }

    /// The least contrast of a text and of a mark of the data against the background, 1–21.
    pub(crate) fn contrasts(self) -> (f64, f64) {
        let palette = self.palette();
        let least = |colours: &[Colour]| {
            colours
                .iter()
                .map(|&colour| colour.contrast(self.behind()))
                .fold(f64::INFINITY, f64::min)
        };
        let marks = [&palette.regional[..], &palette.phases, &[palette.global]].concat();
        (
            least(&[palette.text, palette.muted, palette.failure]),
            least(&marks),
        )
    }
}

impl Theme {
    /// Every theme, in the order of the help text.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Print];

    /// As in file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Print => "print",
        }
    }

    /// The colours.
    pub fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
            Self::Print => &PRINT,
        }
    }
}

/// An opaque colour in sRGB: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// The contrast with another colour as WCAG 2.2 defines it, 1–21.
    pub(crate) fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// This colour with `share` (0–1) of another laid over it.
    pub(crate) fn under(self, other: Self, share: f64) -> Self {
        let mixed = |below: u8, above: u8| {
            (f64::from(below) * (1.0 - share) + f64::from(above) * share).round() as u8
        };
        Self(
            mixed(self.0, other.0),
            mixed(self.1, other.1),
            mixed(self.2, other.2),
        )
    }

    /// Black or white, whichever can be read on this colour.
    pub(crate) fn ink(self) -> Self {
        let [black, white] = [Self(0, 0, 0), Self(255, 255, 255)];
        if self.contrast(black) >= self.contrast(white) {
            black
        } else {
            white
        }
    }

    /// Relative luminance as WCAG 2.2 defines it, 0–1.
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}

impl FromStr for Colour {
    type Err = UnknownColour;

    /// `#1F2328` or `#fff`, with or without the sign.
    fn from_str(text: &str) -> Result<Self, UnknownColour> {
        let digits: Vec<u8> = text
            .strip_prefix('#')
            .unwrap_or(text)
            .chars()
            .map(|digit| {
                digit
                    .to_digit(16)
                    .and_then(|digit| u8::try_from(digit).ok())
            })
            .collect::<Option<_>>()
            .ok_or(UnknownColour)?;
        match digits[..] {
            [r, g, b] => Ok(Self(r * 17, g * 17, b * 17)),
            [r, r2, g, g2, b, b2] => Ok(Self(r * 16 + r2, g * 16 + g2, b * 16 + b2)),
            _ => Err(UnknownColour),
        }
    }
}

/// Not a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("allowed: none, or a colour in hexadecimal digits such as #1F2328 or #fff")]
pub struct UnknownColour;

/// Colours by role. Those of the data are Okabe and Ito's (2008), which people with any colour vision can distinguish,
/// and lighter shades of them on dark; text keeps a contrast of 4.5 : 1 or more.
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
    /// Behind every other block of a run.
    pub shade: Colour,
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
    /// Shades of a grid, from few milliseconds to many: black or white can be read on each.
    pub shades: [Colour; SHADES],
}

/// How many shades a grid has.
pub(crate) const SHADES: usize = 8;

const LIGHT: Palette = Palette {
    background: Colour(0xFF, 0xFF, 0xFF),
    text: Colour(0x1F, 0x23, 0x28),
    muted: Colour(0x57, 0x60, 0x6A),
    band: Colour(0xF5, 0xF7, 0xF9),
    shade: Colour(0xEE, 0xF1, 0xF4),
    grid: Colour(0xDB, 0xDF, 0xE4),
    bar: Colour(0x86, 0x8F, 0x99),
    global: Colour(0xD5, 0x5E, 0x00),
    regional: [
        Colour(0x00, 0x72, 0xB2),
        Colour(0x00, 0x9E, 0x73),
        Colour(0xCC, 0x79, 0xA7),
        Colour(0x7A, 0x82, 0x8B),
    ],
    failure: Colour(0xB4, 0x23, 0x18),
    phases: [
        Colour(0x32, 0x25, 0x4B),
        Colour(0x6A, 0x4D, 0x9E),
        Colour(0xA0, 0x7E, 0xD9),
        Colour(0x0B, 0x3B, 0x2E),
        Colour(0x15, 0x70, 0x58),
        Colour(0x29, 0xA3, 0x82),
    ],
    shades: [
        Colour(0xF0, 0xF6, 0xFC),
        Colour(0xD9, 0xE8, 0xF5),
        Colour(0xBA, 0xD6, 0xEB),
        Colour(0x93, 0xC4, 0xDE),
        Colour(0x62, 0xA8, 0xD2),
        Colour(0x3A, 0x87, 0xC0),
        Colour(0x1B, 0x63, 0xA5),
        Colour(0x0A, 0x3F, 0x7D),
    ],
};

const DARK: Palette = Palette {
    background: Colour(0x0D, 0x11, 0x17),
    text: Colour(0xE6, 0xED, 0xF3),
    muted: Colour(0x9D, 0xA7, 0xB3),
    band: Colour(0x14, 0x1A, 0x21),
    shade: Colour(0x1A, 0x21, 0x2A),
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
        Colour(0xDD, 0xD1, 0xF1),
        Colour(0xA8, 0x8A, 0xDB),
        Colour(0x78, 0x51, 0xC6),
        Colour(0xAC, 0xEA, 0xD7),
        Colour(0x2C, 0xB4, 0x8A),
        Colour(0x1D, 0x76, 0x5B),
    ],
    shades: [
        Colour(0x14, 0x20, 0x2F),
        Colour(0x19, 0x33, 0x50),
        Colour(0x1F, 0x48, 0x73),
        Colour(0x27, 0x5F, 0x97),
        Colour(0x3D, 0x7D, 0xB8),
        Colour(0x66, 0x9F, 0xD3),
        Colour(0x98, 0xC3, 0xE8),
        Colour(0xCF, 0xE4, 0xF7),
    ],
};

const PRINT: Palette = Palette {
    background: Colour(0xFF, 0xFF, 0xFF),
    text: Colour(0x00, 0x00, 0x00),
    muted: Colour(0x4A, 0x4A, 0x4A),
    band: Colour(0xF4, 0xF4, 0xF4),
    shade: Colour(0xEE, 0xEE, 0xEE),
    grid: Colour(0xD0, 0xD0, 0xD0),
    bar: Colour(0x8C, 0x8C, 0x8C),
    global: Colour(0xC8, 0x6A, 0x1E),
    regional: [
        Colour(0x00, 0x3C, 0x71),
        Colour(0x00, 0x6B, 0x4F),
        Colour(0x8A, 0x2F, 0x6B),
        Colour(0x7A, 0x7A, 0x7A),
    ],
    failure: Colour(0x9E, 0x12, 0x0B),
    phases: [
        Colour(0x20, 0x18, 0x30),
        Colour(0x66, 0x4A, 0x98),
        Colour(0xA0, 0x86, 0xCB),
        Colour(0x06, 0x21, 0x1A),
        Colour(0x13, 0x65, 0x4F),
        Colour(0x36, 0xA3, 0x86),
    ],
    shades: [
        Colour(0xF0, 0xF6, 0xFC),
        Colour(0xD9, 0xE8, 0xF5),
        Colour(0xBA, 0xD6, 0xEB),
        Colour(0x93, 0xC4, 0xDE),
        Colour(0x62, 0xA8, 0xD2),
        Colour(0x3A, 0x87, 0xC0),
        Colour(0x1B, 0x63, 0xA5),
        Colour(0x0A, 0x3F, 0x7D),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_be_read_and_marks_can_be_seen_on_either_background() {
        for theme in Theme::ALL {
            let palette = theme.palette();
            for text in [palette.text, palette.muted, palette.failure] {
                assert!(
                    text.contrast(palette.background) >= 4.5,
                    "{theme:?} {text:?}"
                );
                assert!(text.contrast(palette.band) >= 4.5, "{theme:?} {text:?}");
            }
            let marks = palette.regional.into_iter().chain(palette.phases);
            for mark in marks.chain([palette.global, palette.bar]) {
                assert!(
                    mark.contrast(palette.background) >= 3.0,
                    "{theme:?} {mark:?}"
                );
            }
        }
    }

    #[test]
    fn a_number_can_be_read_on_every_shade_and_neighbouring_shades_differ_in_one_direction() {
        for theme in Theme::ALL {
            let palette = theme.palette();
            for shade in palette.shades {
                let contrast = shade.contrast(shade.ink());
                assert!(contrast >= 4.5, "{theme:?} {shade:?} {contrast}");
            }
            let grey = palette.muted.contrast(palette.shade);
            assert!(grey >= 4.5, "{theme:?}: a number on grey {grey}");
            let behind = |shade: &Colour| shade.contrast(palette.background);
            for pair in palette.shades.windows(2) {
                assert!(pair[0].contrast(pair[1]) >= 1.12, "{theme:?} {pair:?}");
                assert!(behind(&pair[0]) < behind(&pair[1]), "{theme:?} {pair:?}");
            }
        }
    }

    #[test]
    fn neighbouring_phases_differ_in_lightness() {
        for theme in Theme::ALL {
            for pair in theme.palette().phases.windows(2) {
                assert!(pair[0].contrast(pair[1]) >= 1.5, "{theme:?} {pair:?}");
            }
        }
    }
}
