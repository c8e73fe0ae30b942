//! The two fonts of all pictures, and what their letters measure. System fonts are never used, so that a picture has the same
//! bytes on every machine.

use std::sync::LazyLock;

use ttf_parser::{Face, GlyphId, OutlineBuilder};

/// Noto Sans Regular, subset.
const REGULAR: &[u8] = include_bytes!("../../../../../assets/fonts/NotoSans-Regular.ttf");

/// Noto Sans Bold, subset.
const BOLD: &[u8] = include_bytes!("../../../../../assets/fonts/NotoSans-Bold.ttf");

/// The family as SVG names it, with fallbacks for viewers without Noto Sans.
pub(crate) const FAMILY_WITH_FALLBACK: &str = "Noto Sans, system-ui, sans-serif";

/// Thickness of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// As in running text.
    Regular,
    /// As in titles.
    Bold,
}

impl Weight {
    fn face(self) -> &'static Face<'static> {
        static REGULAR_FACE: LazyLock<Face<'static>> = LazyLock::new(|| parsed(REGULAR));
        static BOLD_FACE: LazyLock<Face<'static>> = LazyLock::new(|| parsed(BOLD));
        match self {
            Self::Regular => &REGULAR_FACE,
            Self::Bold => &BOLD_FACE,
        }
    }

    /// Width of `text` at a size of 1 px, px. A letter that the faces lack counts as the box that stands for it.
    pub(crate) fn width(self, text: &str) -> f64 {
        let face = self.face();
        let units: u32 = text
            .chars()
            .map(|letter| u32::from(advance(face, letter)))
            .sum();
        f64::from(units) / f64::from(face.units_per_em())
    }

    /// The outlines of `text` as the data of an SVG path, its baseline beginning at (`x`, `y`), at `size` px.
    pub(crate) fn outline(self, text: &str, (x, y): (f64, f64), size: f64) -> String {
        let mut data = String::new();
        self.trace(text, (x, y), size, |command, points| {
            data.push(command);
            for (i, (x, y)) in points.iter().enumerate() {
                let gap = if i > 0 { " " } else { "" };
                data.push_str(&format!("{gap}{x:.2} {y:.2}"));
            }
        });
        data
    }

    /// The outlines of `text` likewise, segment by segment: its letter in an SVG path, and its points.
    pub(crate) fn trace(
        self,
        text: &str,
        (x, y): (f64, f64),
        size: f64,
        segment: impl FnMut(char, &[(f64, f64)]),
    ) {
        let face = self.face();
        let scale = size / f64::from(face.units_per_em());
        let mut pen = Pen {
            scale,
            origin: (x, y),
            segment,
        };
        for letter in text.chars() {
            if letter != NARROW_SPACE {
                face.outline_glyph(glyph(face, letter), &mut pen);
            }
            pen.origin.0 += f64::from(advance(face, letter)) * scale;
        }
    }

    /// Whether the letter can be drawn, rather than the box that stands for those that the faces lack.
    pub(crate) fn has(self, letter: char) -> bool {
        letter == NARROW_SPACE || self.face().glyph_index(letter).is_some()
    }
}

/// The space between thousands in French and Spanish. The faces lack it, and it has no outline.
const NARROW_SPACE: char = '\u{202F}';

fn parsed(bytes: &'static [u8]) -> Face<'static> {
    Face::parse(bytes, 0).expect("the embedded faces are TrueType")
}

fn glyph(face: &Face<'_>, letter: char) -> GlyphId {
    face.glyph_index(letter).unwrap_or(GlyphId(0))
}

fn advance(face: &Face<'_>, letter: char) -> u16 {
    match letter {
        // A fifth of the em, as in the whole Noto Sans.
        NARROW_SPACE => face.units_per_em() / 5,
        letter => face.glyph_hor_advance(glyph(face, letter)).unwrap_or(0),
    }
}

/// Puts the outlines of a letter where it stands.
struct Pen<S> {
    scale: f64,
    origin: (f64, f64),
    segment: S,
}

impl<S: FnMut(char, &[(f64, f64)])> Pen<S> {
    fn draw<const N: usize>(&mut self, command: char, points: [(f32, f32); N]) {
        let placed = points.map(|(x, y)| {
            (
                self.origin.0 + f64::from(x) * self.scale,
                self.origin.1 - f64::from(y) * self.scale,
            )
        });
        (self.segment)(command, &placed);
    }
}

impl<S: FnMut(char, &[(f64, f64)])> OutlineBuilder for Pen<S> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.draw('M', [(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.draw('L', [(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.draw('Q', [(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.draw('C', [(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.draw('Z', []);
    }
}
