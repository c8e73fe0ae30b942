//! Shapes as SVG, drawn by plotters. It counts in whole numbers, so a pixel has a hundred steps here.

use std::borrow::Borrow as _;
use std::convert::Infallible;
use std::fmt::{self, Write as _};

use plotters::element::{Drawable, PointCollection};
use plotters::style::{Color as _, RGBColor, ShapeStyle};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, DrawingBackend, DrawingErrorKind,
};

use super::theme::Colour;

/// Elements of SVG, one on a line. plotters draws shapes into it; letters and groups are written beside them.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    body: String,
}

impl Shapes {
    /// Everything that was drawn.
    pub(super) fn body(&self) -> &str {
        &self.body
    }

    /// Writes an element, or a part of one.
    pub(super) fn push(&mut self, piece: fmt::Arguments<'_>) {
        self.body
            .write_fmt(piece)
            .expect("a text takes everything that is written to it");
    }

    /// Draws an element of plotters.
    pub(super) fn draw<'e, E>(&mut self, element: &'e E)
    where
        E: Drawable<Self>,
        &'e E: PointCollection<'e, BackendCoord>,
    {
        let points = element
            .point_iter()
            .into_iter()
            .map(|point| *point.borrow());
        let size = self.get_size();
        element
            .draw(points, self, size)
            .expect("nothing fails in memory");
    }

    /// A line through points, of that width in px; `attributes` stand after those that it has.
    pub(super) fn path(
        &mut self,
        points: impl IntoIterator<Item = BackendCoord>,
        (colour, width): (impl fmt::Display, f64),
        attributes: &str,
    ) {
        let data = path_data(points);
        self.push(format_args!(
            "<path d=\"{data}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"{attributes}/>\n"
        ));
    }
}

/// The steps of plotters in a pixel.
const STEPS: f64 = 100.0;

/// A place or a length in the steps of plotters.
pub(super) fn steps(pixels: f64) -> i32 {
    (pixels * STEPS).round() as i32
}

/// A point in the steps of plotters.
pub(super) fn at((x, y): (f64, f64)) -> BackendCoord {
    (steps(x), steps(y))
}

/// A shape filled with that colour; `opacity` 0–1.
pub(super) fn filled(colour: Colour, opacity: f64) -> ShapeStyle {
    rgb(colour).mix(opacity).filled()
}

/// A line of that colour and width, px.
pub(super) fn stroked(colour: Colour, width: f64) -> ShapeStyle {
    ShapeStyle::from(rgb(colour)).stroke_width(steps(width).unsigned_abs())
}

fn rgb(Colour(red, green, blue): Colour) -> RGBColor {
    RGBColor(red, green, blue)
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

impl DrawingBackend for Shapes {
    type ErrorType = Infallible;

    /// Without bounds: the sheet cuts what lies outside of it.
    fn get_size(&self) -> (u32, u32) {
        (u32::MAX, u32::MAX)
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn {
        self.push(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"1\" height=\"1\" fill=\"{}\"{}/>\n",
            Px(x),
            Px(y),
            Hex(colour),
            Opacity(colour.alpha)
        ));
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.path(path, (Hex(style.color()), pixels(style.stroke_width())), "");
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        let colour = style.color();
        self.push(format_args!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"{}/>\n",
            Px(left),
            Px(top),
            Px((right - left).max(0)),
            Px((bottom - top).max(0)),
            Hex(colour),
            Opacity(colour.alpha)
        ));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        _fill: bool,
    ) -> Drawn {
        let colour = style.color();
        self.push(format_args!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"{}\"{}/>\n",
            Px(x),
            Px(y),
            pixels(radius),
            Hex(colour),
            Opacity(colour.alpha)
        ));
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        let colour = style.color();
        let data = path_data(corners);
        self.push(format_args!(
            "<path d=\"{data}Z\" fill=\"{}\"{}/>\n",
            Hex(colour),
            Opacity(colour.alpha)
        ));
        Ok(())
    }
}

fn pixels(steps: u32) -> f64 {
    f64::from(steps) / STEPS
}

fn path_data(points: impl IntoIterator<Item = BackendCoord>) -> String {
    let mut data = String::new();
    for (i, (x, y)) in points.into_iter().enumerate() {
        let command = if i == 0 { 'M' } else { 'L' };
        data.push_str(&format!("{command}{} {}", Px(x), Px(y)));
    }
    data
}

/// Steps as pixels, without zeros that say nothing.
struct Px(i32);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", f64::from(self.0) / STEPS)
    }
}

/// A colour as SVG has it.
struct Hex(BackendColor);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (red, green, blue) = self.0.rgb;
        write!(f, "{}", Colour(red, green, blue))
    }
}

/// The attribute of what is not opaque.
struct Opacity(f64);

impl fmt::Display for Opacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 1.0 {
            write!(f, " fill-opacity=\"{}\"", self.0)
        } else {
            Ok(())
        }
    }
}
