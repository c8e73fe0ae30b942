//! A sheet to draw on in pixels, over plotters' SVG backend. The backend counts in whole numbers, so everything is drawn at
//! ten times its size and the finished SVG is scaled back: a tenth of a pixel is the finest step.

use std::sync::LazyLock;

use plotters::element::{DashedPathElement, Drawable};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::fonts;
use super::theme::{Colour, Palette, Theme};

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

/// Thickness of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    /// As in running text.
    Regular,
    /// As in titles.
    Bold,
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

    /// Width of `text`, px.
    pub(crate) fn width(self, text: &str) -> f64 {
        // The library takes the line height as the font size.
        let font = self.font(self.size * fonts::HEIGHT_PER_EM * SCALE);
        let (width, _) = font
            .box_size(&printable(text))
            .expect("the embedded faces are registered");
        f64::from(width) / SCALE
    }

    /// `text`, cut with an ellipsis when it is wider than `width` px.
    pub(crate) fn fit(self, text: &str, width: f64) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let mut kept = text.to_owned();
        while kept.pop().is_some() {
            let cut = format!("{}…", kept.trim_end());
            if self.width(&cut) <= width {
                return cut;
            }
        }
        String::new()
    }

    fn font(self, size: f64) -> FontDesc<'static> {
        LazyLock::force(&FACES);
        FontDesc::new(FontFamily::Name(fonts::FAMILY), size, self.weight.style())
    }
}

impl Weight {
    fn style(self) -> FontStyle {
        match self {
            Self::Regular => FontStyle::Normal,
            Self::Bold => FontStyle::Bold,
        }
    }
}

/// A sheet in one theme.
pub(crate) struct Canvas<'a> {
    backend: SVGBackend<'a>,
    theme: Theme,
}

/// Draws a sheet of `width` × `height` px and gives it as SVG; `title` and `description` are its text alternative.
pub(crate) fn sheet(
    (width, height): (f64, f64),
    theme: Theme,
    title: &str,
    description: &str,
    draw: impl FnOnce(&mut Canvas<'_>),
) -> String {
    let mut drawn = String::new();
    let mut canvas = Canvas {
        backend: SVGBackend::with_string(
            &mut drawn,
            (tenths(width).unsigned_abs(), tenths(height).unsigned_abs()),
        ),
        theme,
    };
    canvas.rectangle((0.0, 0.0), (width, height), theme.palette().background);
    draw(&mut canvas);
    canvas.backend.present().expect(IN_MEMORY);
    drop(canvas);
    let (_, body) = drawn
        .split_once('\n')
        .expect("the backend writes the root element on a line of its own");
    // User text cannot contain these attributes: the backend escapes its quotation marks.
    let body = with_whole_sizes(body)
        .replace(&family(fonts::FAMILY), &family(fonts::FAMILY_WITH_FALLBACK))
        .replace(" opacity=\"1\"", "")
        .replace(" dy=\"0.5ex\"", " dy=\"0.36em\"");
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {} {}\" role=\"img\">\n\
         <title>{}</title>\n<desc>{}</desc>\n{body}",
        tenths(width),
        tenths(height),
        escaped(title),
        escaped(description),
    )
}

impl Canvas<'_> {
    /// The colours to draw with.
    pub(crate) fn palette(&self) -> &'static Palette {
        self.theme.palette()
    }

    /// A line through `points`.
    pub(crate) fn line(&mut self, points: &[Point], stroke: Stroke) {
        let style = stroke.style();
        self.backend
            .draw_path(points.iter().copied().map(at), &style)
            .expect(IN_MEMORY);
    }

    /// A dashed line through `points`.
    pub(crate) fn dashes(&mut self, points: &[Point], stroke: Stroke) {
        let points: Vec<_> = points.iter().copied().map(at).collect();
        let dashes = DashedPathElement::new(
            points.iter().copied(),
            tenths(4.0),
            tenths(3.0),
            stroke.style(),
        );
        let size = self.backend.get_size();
        dashes
            .draw(points.iter().copied(), &mut self.backend, size)
            .expect(IN_MEMORY);
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
        let style = rgb(colour).mix(opacity).filled();
        self.backend
            .draw_circle(at(centre), tenths(radius).unsigned_abs(), &style, true)
            .expect(IN_MEMORY);
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
        self.backend
            .draw_rect(at(upper_left), at(lower_right), &rgb(colour).filled(), true)
            .expect(IN_MEMORY);
    }

    /// One line of text with the middle of its small letters at the point's height.
    pub(crate) fn text(
        &mut self,
        text: &str,
        point: Point,
        align: Align,
        lettering: Lettering,
        colour: Colour,
    ) {
        let anchor = match align {
            Align::Start => HPos::Left,
            Align::Middle => HPos::Center,
            Align::End => HPos::Right,
        };
        let style = lettering
            .font(lettering.size * LINE_PER_EM * SCALE)
            .color(&rgb(colour))
            .pos(Pos::new(anchor, VPos::Center));
        self.backend
            .draw_text(&printable(text), &style, at(point))
            .expect(IN_MEMORY);
    }
}

impl Stroke {
    fn style(self) -> ShapeStyle {
        rgb(self.colour).stroke_width(tenths(self.width).unsigned_abs())
    }
}

static FACES: LazyLock<()> = LazyLock::new(|| {
    for (style, bytes) in [
        (FontStyle::Normal, fonts::REGULAR),
        (FontStyle::Bold, fonts::BOLD),
    ] {
        let registered = plotters::style::register_font(fonts::FAMILY, style, bytes);
        assert!(registered.is_ok(), "the embedded faces are TrueType");
    }
});

const SCALE: f64 = 10.0;
/// The SVG backend divides the size it is given by this.
const LINE_PER_EM: f64 = 1.24;
const IN_MEMORY: &str = "the backend writes to memory, which takes everything";

/// The backend's division leaves 209.99999999999997 where 210 is meant.
fn with_whole_sizes(body: &str) -> String {
    let mut pieces = body.split(SIZE);
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (size, rest) = piece
            .split_once('"')
            .expect("the backend closes its attributes");
        let size: f64 = size.parse().expect("the backend writes sizes as numbers");
        whole.push_str(&format!("{SIZE}{:.0}\"{rest}", size));
    }
    whole
}

const SIZE: &str = "font-size=\"";

fn tenths(pixels: f64) -> i32 {
    (pixels * SCALE).round() as i32
}

fn at((x, y): Point) -> (i32, i32) {
    (tenths(x), tenths(y))
}

fn rgb(Colour(red, green, blue): Colour) -> RGBColor {
    RGBColor(red, green, blue)
}

fn family(name: &str) -> String {
    format!("font-family=\"{name}\"")
}

/// Removes control characters, which XML does not allow: names come from untrusted files.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') {
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
}

#[cfg(test)]
mod tests {
    use resvg::usvg;

    use super::*;

    #[test]
    fn measured_widths_are_those_of_the_drawn_letters() {
        let mut faces = usvg::fontdb::Database::new();
        faces.load_font_data(fonts::REGULAR.to_vec());
        faces.load_font_data(fonts::BOLD.to_vec());
        let options = usvg::Options {
            fontdb: std::sync::Arc::new(faces),
            ..usvg::Options::default()
        };
        for lettering in [Lettering::LABEL, Lettering::STRONG] {
            let text = "Mean of ap-southeast-1, 24× faster";
            let svg = sheet((400.0, 40.0), Theme::Light, "t", "d", |canvas| {
                canvas.text(text, (10.0, 20.0), Align::Start, lettering, Colour(0, 0, 0));
            });
            let tree = usvg::Tree::from_str(&svg, &options).expect("is SVG");
            let drawn = tree
                .root()
                .children()
                .iter()
                .flat_map(|node| match node {
                    usvg::Node::Group(group) => group.children().to_vec(),
                    other => vec![other.clone()],
                })
                .find(|node| matches!(node, usvg::Node::Text(_)))
                .expect("has text")
                .abs_bounding_box()
                .width();
            let measured = lettering.width(text);
            assert!(
                (measured - f64::from(drawn)).abs() < 0.02 * measured,
                "{measured} {drawn}"
            );
        }
    }

    #[test]
    fn names_from_a_file_cannot_become_markup() {
        let evil = "<script>alert(\"1\")</script>&\u{0}";
        let svg = sheet((100.0, 20.0), Theme::Dark, evil, evil, |canvas| {
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
        assert!(super::super::raster::png(&svg).is_ok());
    }

    #[test]
    fn sizes_of_letters_are_whole_tenths() {
        let svg = sheet((100.0, 20.0), Theme::Light, "t", "d", |canvas| {
            canvas.text(
                "font-size=\"x",
                (0.0, 10.0),
                Align::Start,
                Lettering::NOTE,
                Colour(0, 0, 0),
            );
        });
        assert!(
            svg.contains("font-size=\"120\"") && svg.contains("font-size=&quot;x"),
            "{svg}"
        );
    }

    #[test]
    fn a_text_too_wide_is_cut_with_an_ellipsis() {
        let cut = Lettering::LABEL.fit("a-rather-long-name-of-an-endpoint", 100.0);
        assert!(
            cut.ends_with('…') && Lettering::LABEL.width(&cut) <= 100.0,
            "{cut}"
        );
        assert_eq!(Lettering::LABEL.fit("short", 100.0), "short");
        assert_eq!(Lettering::LABEL.fit("anything", 0.0), "");
    }
}
