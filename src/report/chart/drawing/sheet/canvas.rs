//! A sheet to draw on in pixels, as SVG. Every text is measured with the embedded fonts and carries its length, so that a
//! viewer's other font changes no layout; or it is drawn as outlines.

use plotters::element::{Circle, PathElement, Polygon, Rectangle};

use super::fonts::{self, Weight};
use super::shapes::{Shapes, at, filled, steps, stroked};
use super::theme::{Appearance, Colour, Palette};

/// A point in pixels from the upper left corner.
pub(crate) type Point = (f64, f64);

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stroke {
    /// Colour.
    pub colour: Colour,
    /// Width, px.
    pub width: f64,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lettering {
    /// Size of the em, px.
    pub size: f64,
    /// Thickness.
    pub weight: Weight,
}

/// Which end of a text stands at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Its beginning.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

impl Align {
    /// Where a text of that width begins when this end of it stands at `x`, px.
    pub(super) fn left(self, x: f64, width: f64) -> f64 {
        match self {
            Self::Start => x,
            Self::Middle => x - width / 2.0,
            Self::End => x - width,
        }
    }
}

/// How letters are written into the SVG.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TextMode {
    /// As text, which can be searched, selected and edited.
    #[default]
    Live,
    /// As paths, which look the same in every program.
    Outline,
}

impl Lettering {
    /// Labels of the data.
    pub(crate) const LABEL: Self = Self {
        size: 13.0,
        weight: Weight::Regular,
    };
    /// Labels that stand out.
    pub(crate) const STRONG: Self = Self {
        size: 13.0,
        weight: Weight::Bold,
    };
    /// Ticks, notes, footers.
    pub(crate) const NOTE: Self = Self {
        size: 12.0,
        weight: Weight::Regular,
    };

    /// Notes that stand out.
    pub(crate) const NOTE_STRONG: Self = Self {
        size: 12.0,
        weight: Weight::Bold,
    };

    /// Width of `text`, px.
    pub(crate) fn width(self, text: &str) -> f64 {
        self.weight.width(&printable(text)) * self.size
    }

    /// `text`, cut with an ellipsis when it is wider than `width` px.
    pub(crate) fn fit(self, text: &str, width: f64) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let mut kept: String = text.chars().take(MOST_LETTERS).collect();
        while kept.pop().is_some() {
            let cut = format!("{}…", kept.trim_end());
            if self.width(&cut) <= width {
                return cut;
            }
        }
        String::new()
    }

    /// A name, cut in its middle when it is wider than `width` px: names that are much alike differ at their ends.
    pub(crate) fn fit_name(self, name: &str, width: f64) -> String {
        if self.width(name) <= width {
            return name.to_owned();
        }
        let letters: Vec<char> = name.chars().collect();
        let most = (letters.len() / 2).min(MOST_OF_A_NAME);
        for kept in (1..=most).rev() {
            let (head, tail) = (&letters[..kept], &letters[letters.len() - kept..]);
            let cut: String = head.iter().chain(&['…']).chain(tail).collect();
            if self.width(&cut) <= width {
                return cut;
            }
        }
        self.fit(name, width)
    }
}

/// Half of the letters that a name is cut to, at most.
const MOST_OF_A_NAME: usize = 100;

/// Most letters of what a viewer shows for a group.
const LONGEST_TITLE: usize = 190;

/// Longer texts are cut before they are measured letter by letter.
const MOST_LETTERS: usize = 600;

/// What a sheet is to look like, and the words that stand for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SheetStyle<'a> {
    /// Colours.
    pub appearance: Appearance,
    /// How letters are written.
    pub text: TextMode,
    /// What the picture says, for who cannot see it.
    pub title: &'a str,
    /// More about it, likewise.
    pub description: &'a str,
}

/// A sheet in one theme.
pub(crate) struct Canvas {
    shapes: Shapes,
    appearance: Appearance,
    text: TextMode,
}

/// Draws a sheet of `width` × `height` px and gives it as SVG.
pub(crate) fn sheet(
    (width, height): (f64, f64),
    style: SheetStyle<'_>,
    draw: impl FnOnce(&mut Canvas),
) -> String {
    let mut canvas = Canvas {
        shapes: Shapes::default(),
        appearance: style.appearance,
        text: style.text,
    };
    if let Some(background) = style.appearance.background() {
        canvas.rectangle((0.0, 0.0), (width, height), background);
    }
    draw(&mut canvas);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" font-family=\"{}\">\n<title>{}</title>\n<desc>{}</desc>\n{}</svg>\n",
        fonts::FAMILY_WITH_FALLBACK,
        escaped(style.title),
        escaped(style.description),
        canvas.shapes.body(),
    )
}

impl Canvas {
    /// The colours to draw with.
    pub(crate) fn palette(&self) -> &'static Palette {
        self.appearance.palette()
    }

    /// The colour that is behind everything.
    pub(crate) fn behind(&self) -> Colour {
        self.appearance.behind()
    }

    /// What `draw` draws as a group: `id` names it for editors and scripts, `title` is what a viewer shows when the pointer
    /// rests on it.
    pub(crate) fn group(&mut self, id: &str, title: Option<&str>, draw: impl FnOnce(&mut Self)) {
        self.push(format_args!("<g id=\"{}\">\n", identifier(id)));
        if let Some(title) = title {
            let short: String = title.chars().take(LONGEST_TITLE).collect();
            self.push(format_args!("<title>{}</title>\n", escaped(&short)));
        }
        draw(self);
        self.push(format_args!("</g>\n"));
    }

    /// What `draw` draws, turned about `point` by so many degrees clockwise.
    pub(crate) fn turned(&mut self, point: Point, degrees: f64, draw: impl FnOnce(&mut Self)) {
        let (x, y) = (Px(point.0), Px(point.1));
        self.push(format_args!(
            "<g transform=\"rotate({degrees} {x} {y})\">\n"
        ));
        draw(self);
        self.push(format_args!("</g>\n"));
    }

    /// A line through `points`.
    pub(crate) fn line(&mut self, points: &[Point], Stroke { colour, width }: Stroke) {
        let points: Vec<_> = points.iter().copied().map(at).collect();
        self.shapes
            .draw(&PathElement::new(points, stroked(colour, width)));
    }

    /// A dashed line through `points`.
    pub(crate) fn dashes(&mut self, points: &[Point], Stroke { colour, width }: Stroke) {
        // plotters would draw each dash as a line of its own.
        let points = points.iter().copied().map(at);
        self.shapes
            .path(points, (colour, width), " stroke-dasharray=\"4 3\"");
    }

    /// A line in strokes and gaps of those lengths, px, as SVG writes them; none make it solid.
    pub(crate) fn patterned(&mut self, points: &[Point], stroke: Stroke, lengths: &str) {
        if lengths.is_empty() {
            return self.line(points, stroke);
        }
        let points = points.iter().copied().map(at);
        let attribute = format!(" stroke-dasharray=\"{lengths}\"");
        self.shapes
            .path(points, (stroke.colour, stroke.width), &attribute);
    }

    /// A filled shape between `points`; `opacity` 0–1.
    pub(crate) fn area(&mut self, points: &[Point], colour: Colour, opacity: f64) {
        let corners: Vec<_> = points.iter().copied().map(at).collect();
        self.shapes
            .draw(&Polygon::new(corners, filled(colour, opacity)));
    }

    /// A filled circle.
    pub(crate) fn disc(&mut self, centre: Point, radius: f64, colour: Colour) {
        self.translucent_disc(centre, radius, colour, 1.0);
    }

    /// A filled circle that lets others shine through; `opacity` 0–1.
    pub(crate) fn translucent_disc(
        &mut self,
        centre: Point,
        radius: f64,
        colour: Colour,
        opacity: f64,
    ) {
        let style = filled(colour, opacity);
        self.shapes
            .draw(&Circle::new(at(centre), steps(radius), style));
    }

    /// A circle of `stroke` around the background.
    pub(crate) fn ring(&mut self, (x, y): Point, radius: f64, stroke: Stroke) {
        self.push(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{radius}\" fill=\"{}\" stroke=\"{}\" stroke-width=\"{}\"/>\n",
            Px(x),
            Px(y),
            self.appearance.behind(),
            stroke.colour,
            stroke.width
        ));
    }

    /// A cross with arms of `radius` px.
    pub(crate) fn cross(&mut self, (x, y): Point, radius: f64, stroke: Stroke) {
        self.line(
            &[(x - radius, y - radius), (x + radius, y + radius)],
            stroke,
        );
        self.line(
            &[(x - radius, y + radius), (x + radius, y - radius)],
            stroke,
        );
    }

    /// A filled rectangle between two corners.
    pub(crate) fn rectangle(&mut self, upper_left: Point, lower_right: Point, colour: Colour) {
        let corners = [at(upper_left), at(lower_right)];
        self.shapes
            .draw(&Rectangle::new(corners, filled(colour, 1.0)));
    }

    /// One line of text with the middle of its small letters at the point's height.
    pub(crate) fn text(
        &mut self,
        text: &str,
        (x, y): Point,
        align: Align,
        lettering: Lettering,
        colour: Colour,
    ) {
        let text = printable(text);
        let (width, baseline) = (lettering.width(&text), y + 0.36 * lettering.size);
        if text.trim().is_empty() {
            return;
        }
        match self.text {
            TextMode::Live => {
                let anchor = match align {
                    Align::Start => "",
                    Align::Middle => " text-anchor=\"middle\"",
                    Align::End => " text-anchor=\"end\"",
                };
                let weight = match lettering.weight {
                    Weight::Regular => "",
                    Weight::Bold => " font-weight=\"bold\"",
                };
                self.push(format_args!(
                    "<text x=\"{}\" y=\"{}\"{anchor} font-size=\"{}\"{weight} fill=\"{colour}\" textLength=\"{}\" \
                     lengthAdjust=\"spacingAndGlyphs\">{}</text>\n",
                    Px(x),
                    Px(baseline),
                    lettering.size,
                    Px(width),
                    escaped(&text)
                ));
            }
            TextMode::Outline => {
                let left = align.left(x, width);
                let data = lettering
                    .weight
                    .outline(&text, (left, baseline), lettering.size);
                self.push(format_args!(
                    "<path aria-label=\"{}\" fill=\"{colour}\" d=\"{data}\"/>\n",
                    escaped(&text)
                ));
            }
        }
    }

    /// The same over lines that would run through it: `halo` is the colour around the letters.
    pub(crate) fn text_over(
        &mut self,
        text: &str,
        point: Point,
        align: Align,
        lettering: Lettering,
        (colour, halo): (Colour, Colour),
    ) {
        if self.appearance.background().is_some() {
            let width = lettering.width(text);
            let left = align.left(point.0, width);
            let (half, air) = (lettering.size * 0.55, 2.0);
            self.rectangle(
                (left - air, point.1 - half),
                (left + width + air, point.1 + half),
                halo,
            );
        }
        self.text(text, point, align, lettering, colour);
    }

    fn push(&mut self, piece: std::fmt::Arguments<'_>) {
        self.shapes.push(piece);
    }
}

/// Pixels to two decimals, without zeros that say nothing.
struct Px(f64);

impl std::fmt::Display for Px {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hundredths = (self.0 * 100.0).round() / 100.0;
        // A negative zero would be written with its sign.
        write!(f, "{}", hundredths + 0.0)
    }
}

/// `text` as the name of an element: letters, digits and hyphens.
fn identifier(text: &str) -> String {
    let mut id: String = text
        .chars()
        .take(80)
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    if !id.starts_with(|c: char| c.is_ascii_alphabetic()) {
        id.insert(0, 'g');
    }
    id
}

/// Removes control characters, which XML does not allow, and those that turn the direction of text: names come from
/// untrusted files.
fn printable(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| {
            if c.is_control() || turns(c) || matches!(c, '\u{FFFE}' | '\u{FFFF}') {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect()
}

fn escaped(text: &str) -> String {
    printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::Theme;

    fn style(words: &str, text: TextMode) -> SheetStyle<'_> {
        SheetStyle {
            appearance: Theme::Dark.into(),
            text,
            title: words,
            description: words,
        }
    }

    #[test]
    fn names_from_a_file_cannot_become_markup() {
        let evil = "<script>alert(\"1\")</script>&\u{0}";
        let svg = sheet((100.0, 20.0), style(evil, TextMode::Live), |canvas| {
            canvas.text(
                evil,
                (0.0, 10.0),
                Align::Start,
                Lettering::LABEL,
                Colour(0, 0, 0),
            );
        });
        assert!(!svg.contains("<script") && !svg.contains('\u{0}'), "{svg}");
        assert_eq!(svg.matches("&lt;script&gt;").count(), 3);
        assert!(super::super::raster::png(&svg, 2.0).is_ok());
    }

    #[test]
    fn a_text_too_wide_is_cut_with_an_ellipsis() {
        let cut = Lettering::LABEL.fit("a-rather-long-name-of-an-endpoint", 100.0);
        assert!(
            cut.ends_with('…') && Lettering::LABEL.width(&cut) <= 100.0,
            "{cut}"
        );
        let names = ["a-rather-long-name-of-1", "a-rather-long-name-of-2"];
        let [one, other] = names.map(|name| Lettering::LABEL.fit_name(name, 100.0));
        assert!(one != other && one.contains('…'), "{one} {other}");
        assert!(Lettering::LABEL.width(&one) <= 100.0, "{one}");
        assert_eq!(Lettering::LABEL.fit("short", 100.0), "short");
        assert_eq!(Lettering::LABEL.fit("anything", 0.0), "");
    }
}
