//! The SVG that a sheet writes, as paths that are filled and stroked. It knows the elements of [`super::canvas`] and refuses
//! every other, so that no picture loses a part unnoticed. It reads no file, no system font and no address.

use std::collections::BTreeSet;

use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use thiserror::Error;
use tiny_skia::{
    Color, FillRule, LineJoin, Paint, Path, PathBuilder, PixmapMut, Rect, Stroke, StrokeDash,
    Transform,
};

use super::canvas::{Align, Point};
use super::fonts::Weight;
use super::theme::Colour;

/// Not SVG, or SVG with something that no sheet of this program writes.
#[derive(Debug, Error)]
#[error("the picture is not SVG of this program: {0}")]
pub struct NotASheet(String);

/// A picture to be painted, at any scale and as often as wanted.
pub(super) struct Painting {
    /// Width and height, px of the SVG.
    pub(super) size: (f32, f32),
    shapes: Vec<Shape>,
}

/// A path in one colour: filled, or stroked.
struct Shape {
    path: Path,
    colour: Color,
    stroke: Option<Stroke>,
    turn: Transform,
}

impl Painting {
    /// Reads what [`super::canvas::sheet`] wrote.
    ///
    /// # Errors
    /// [`NotASheet`] for anything else.
    pub(super) fn read(svg: &str) -> Result<Self, NotASheet> {
        let mut reading = Reading::default();
        let mut reader = Reader::from_str(svg);
        loop {
            match reader.read_event().map_err(unreadable)? {
                Event::Start(element) => reading.begin(&element)?,
                Event::Empty(element) => {
                    reading.begin(&element)?;
                    reading.end();
                }
                Event::Text(text) => reading.words(&text),
                Event::GeneralRef(name) => {
                    let letter = resolve_predefined_entity(&name);
                    reading.words(letter.ok_or_else(|| unreadable(format_args!("&{};", &*name)))?);
                }
                Event::End(_) => reading.end(),
                Event::Eof => break,
                other => return Err(unreadable(format_args!("{other:?}"))),
            }
        }
        let size = reading.size.ok_or_else(|| unreadable("no element <svg>"))?;
        Ok(Self {
            size,
            shapes: reading.shapes,
        })
    }

    /// The colours of its shapes that let nothing shine through: red, green, blue and opacity.
    pub(super) fn solid_colours(&self) -> BTreeSet<[u8; 4]> {
        let solid = self.shapes.iter().map(|shape| shape.colour);
        solid
            .filter(Color::is_opaque)
            .map(|colour| {
                let bytes = colour.to_color_u8();
                [bytes.red(), bytes.green(), bytes.blue(), bytes.alpha()]
            })
            .collect()
    }

    /// Paints it where `place` puts it.
    pub(super) fn paint(&self, pixels: &mut PixmapMut<'_>, place: Transform) {
        for shape in &self.shapes {
            let mut paint = Paint::default();
            paint.set_color(shape.colour);
            let place = place.pre_concat(shape.turn);
            if !shape.reaches(pixels.height(), place) {
                continue;
            }
            match &shape.stroke {
                Some(stroke) => pixels.stroke_path(&shape.path, &paint, stroke, place, None),
                None => pixels.fill_path(&shape.path, &paint, FillRule::Winding, place, None),
            }
        }
    }
}

impl Shape {
    /// Whether any of it is among that many rows, when `place` puts it there.
    fn reaches(&self, rows: u32, place: Transform) -> bool {
        // Twice as far as a stroke without corners goes.
        let around = self.stroke.as_ref().map_or(0.0, |stroke| stroke.width);
        let bounds = self.path.bounds().outset(around, around);
        bounds
            .and_then(|bounds| bounds.transform(place))
            .is_none_or(|bounds| bounds.bottom() >= 0.0 && bounds.top() <= rows as f32)
    }
}

/// What was read up to some place of the text.
#[derive(Default)]
struct Reading {
    size: Option<(f32, f32)>,
    shapes: Vec<Shape>,
    open: Vec<Open>,
}

/// An element that has begun.
struct Open {
    /// How its content is turned.
    turn: Transform,
    letters: Option<Letters>,
}

/// A line of text before it is drawn.
struct Letters {
    text: String,
    at: Point,
    align: Align,
    size: f64,
    weight: Weight,
    colour: Color,
}

impl Reading {
    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), NotASheet> {
        let values = Values::of(element)?;
        let mut turn = self.turn();
        let mut letters = None;
        match (element.name().as_ref(), self.open.is_empty()) {
            ("svg", true) => self.size = Some((values.length("width")?, values.length("height")?)),
            ("title" | "desc", false) => (),
            ("g", false) => turn = turn.pre_concat(values.rotation()?),
            ("rect", false) => self.shape(rectangle(&values)?, &values)?,
            ("circle", false) => self.shape(circle(&values)?, &values)?,
            ("path", false) => self.shape(path(values.text("d")?)?, &values)?,
            ("text", false) => letters = Some(values.letters()?),
            (name, _) => return Err(unreadable(format_args!("<{name}>"))),
        }
        self.open.push(Open { turn, letters });
        Ok(())
    }

    fn words(&mut self, text: &str) {
        if let Some(letters) = self.open.last_mut().and_then(|open| open.letters.as_mut()) {
            letters.text.push_str(text);
        }
    }

    fn end(&mut self) {
        let letters = self.open.pop().and_then(|open| open.letters);
        if let Some(letters) = letters
            && let Some(path) = letters.path()
        {
            self.push(path, letters.colour, None);
        }
    }

    fn turn(&self) -> Transform {
        self.open.last().map_or(Transform::identity(), |it| it.turn)
    }

    /// A shape as its attributes say; one without extent is none.
    fn shape(&mut self, path: Option<Path>, values: &Values) -> Result<(), NotASheet> {
        let Some(path) = path else { return Ok(()) };
        let fill = values.colour("fill")?;
        if let Some(fill) = fill {
            self.push(path.clone(), fill, None);
        }
        if let Some(line) = values.colour("stroke")? {
            self.push(path, line, Some(values.stroke()?));
        }
        Ok(())
    }

    fn push(&mut self, path: Path, colour: Color, stroke: Option<Stroke>) {
        let turn = self.turn();
        self.shapes.push(Shape {
            path,
            colour,
            stroke,
            turn,
        });
    }
}

impl Letters {
    fn path(&self) -> Option<Path> {
        let width = self.weight.width(&self.text) * self.size;
        let left = self.align.left(self.at.0, width);
        let mut path = PathBuilder::new();
        let (mut right, baseline) = (left, on_grid(self.at.1));
        for letter in self.text.chars() {
            let mut bytes = [0; 4];
            let letter: &str = letter.encode_utf8(&mut bytes);
            self.weight.trace(
                letter,
                (on_grid(right), baseline),
                self.size,
                |command, to| {
                    let _ = segment(&mut path, command, to);
                },
            );
            right += self.weight.width(letter) * self.size;
        }
        path.finish()
    }
}

/// The nearest half pixel. In a PNG of the usual scale this is a whole one: there a letter looks the same wherever it stands,
/// which makes its edges sharper and the file a fifth smaller.
fn on_grid(place: f64) -> f64 {
    (place * 2.0).round() / 2.0
}

/// The attributes of an element.
struct Values(Vec<(String, String)>);

impl Values {
    fn of(element: &BytesStart<'_>) -> Result<Self, NotASheet> {
        let attributes = element.attributes().map(|attribute| {
            let attribute = attribute.map_err(unreadable)?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(unreadable)?;
            Ok((attribute.key.as_ref().to_owned(), value.into_owned()))
        });
        attributes.collect::<Result<_, _>>().map(Self)
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    fn text(&self, name: &str) -> Result<&str, NotASheet> {
        self.get(name)
            .ok_or_else(|| unreadable(format_args!("no {name}")))
    }

    fn number(&self, name: &str) -> Result<f64, NotASheet> {
        let text = self.text(name)?;
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| unreadable(format_args!("{name}=\"{text}\"")))
    }

    fn length(&self, name: &str) -> Result<f32, NotASheet> {
        self.number(name).map(|number| number as f32)
    }

    /// The colour of `fill` or `stroke`, with the opacity of a fill; `None` where nothing is to be seen.
    fn colour(&self, name: &str) -> Result<Option<Color>, NotASheet> {
        let Some(text) = self.get(name).filter(|&text| text != "none") else {
            return Ok(None);
        };
        let Colour(red, green, blue) = text
            .parse()
            .map_err(|_| unreadable(format_args!("{name}=\"{text}\"")))?;
        let mut colour = Color::from_rgba8(red, green, blue, 255);
        if name == "fill" && self.get("fill-opacity").is_some() {
            colour.set_alpha(self.length("fill-opacity")?.clamp(0.0, 1.0));
        }
        Ok(Some(colour))
    }

    fn stroke(&self) -> Result<Stroke, NotASheet> {
        let dash = self.get("stroke-dasharray").map(numbers).transpose()?;
        Ok(Stroke {
            width: self.length("stroke-width")?,
            line_join: match self.get("stroke-linejoin") {
                Some("round") => LineJoin::Round,
                _ => LineJoin::Miter,
            },
            dash: dash.and_then(|lengths| {
                let lengths = lengths.into_iter().map(|length| length as f32);
                StrokeDash::new(lengths.collect(), 0.0)
            }),
            ..Stroke::default()
        })
    }

    /// Of `transform="rotate(DEGREES X Y)"`.
    fn rotation(&self) -> Result<Transform, NotASheet> {
        let Some(text) = self.get("transform") else {
            return Ok(Transform::identity());
        };
        let inner = text
            .strip_prefix("rotate(")
            .and_then(|rest| rest.strip_suffix(')'));
        match numbers(inner.unwrap_or_default())?[..] {
            [degrees, x, y] => Ok(Transform::from_rotate_at(
                degrees as f32,
                x as f32,
                y as f32,
            )),
            _ => Err(unreadable(format_args!("transform=\"{text}\""))),
        }
    }

    fn letters(&self) -> Result<Letters, NotASheet> {
        Ok(Letters {
            text: String::new(),
            at: (self.number("x")?, self.number("y")?),
            align: match self.get("text-anchor") {
                Some("middle") => Align::Middle,
                Some("end") => Align::End,
                _ => Align::Start,
            },
            size: self.number("font-size")?,
            weight: match self.get("font-weight") {
                Some("bold") => Weight::Bold,
                _ => Weight::Regular,
            },
            colour: self.colour("fill")?.unwrap_or(Color::BLACK),
        })
    }
}

fn rectangle(values: &Values) -> Result<Option<Path>, NotASheet> {
    let rectangle = Rect::from_xywh(
        values.length("x").unwrap_or_default(),
        values.length("y").unwrap_or_default(),
        values.length("width")?,
        values.length("height")?,
    );
    Ok(rectangle.map(PathBuilder::from_rect))
}

fn circle(values: &Values) -> Result<Option<Path>, NotASheet> {
    let (x, y) = (values.length("cx")?, values.length("cy")?);
    Ok(PathBuilder::from_circle(x, y, values.length("r")?))
}

/// Of the data of a path in absolute coordinates.
fn path(data: &str) -> Result<Option<Path>, NotASheet> {
    let mut path = PathBuilder::new();
    let mut rest = data;
    while let Some(command) = rest.chars().next() {
        let after = &rest[command.len_utf8()..];
        let end = after.find(|c: char| c.is_ascii_alphabetic());
        let (points, next) = after.split_at(end.unwrap_or(after.len()));
        let points: Vec<Point> = numbers(points)?
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect();
        segment(&mut path, command, &points)
            .ok_or_else(|| unreadable(format_args!("the part {command} of a path")))?;
        rest = next;
    }
    Ok(path.finish())
}

/// Adds a segment as SVG names it; `None` when there is no such.
fn segment(path: &mut PathBuilder, command: char, to: &[Point]) -> Option<()> {
    let to: Vec<(f32, f32)> = to.iter().map(|&(x, y)| (x as f32, y as f32)).collect();
    match (command, &to[..]) {
        ('M', &[(x, y)]) => path.move_to(x, y),
        ('L', &[(x, y)]) => path.line_to(x, y),
        ('Q', &[(x1, y1), (x, y)]) => path.quad_to(x1, y1, x, y),
        ('C', &[(x1, y1), (x2, y2), (x, y)]) => path.cubic_to(x1, y1, x2, y2, x, y),
        ('Z', &[]) => path.close(),
        _ => return None,
    }
    Some(())
}

fn numbers(text: &str) -> Result<Vec<f64>, NotASheet> {
    text.split_ascii_whitespace()
        .map(|number| {
            number
                .parse()
                .map_err(|_| unreadable(format_args!("the number {number}")))
        })
        .collect()
}

fn unreadable(what: impl std::fmt::Display) -> NotASheet {
    NotASheet(what.to_string())
}

#[cfg(test)]
mod tests {
    use super::super::canvas::{Lettering, SheetStyle, TextMode, sheet};
    use super::*;
    use crate::report::chart::Theme;

    fn drawn(text: TextMode, align: Align) -> Painting {
        let style = SheetStyle {
            appearance: Theme::Light.into(),
            text,
            title: "a & b",
            description: "",
        };
        let svg = sheet((400.0, 40.0), style, |canvas| {
            canvas.turned((200.0, 20.0), -30.0, |canvas| {
                let words = "Mean of <ap-southeast-1> & others, 24× faster";
                canvas.text(
                    words,
                    (200.0, 20.0),
                    align,
                    Lettering::STRONG,
                    Colour(0, 0, 0),
                );
            });
        });
        Painting::read(&svg).expect("ours")
    }

    #[test]
    fn text_is_painted_where_its_outlines_are() {
        for align in [Align::Start, Align::Middle, Align::End] {
            let [live, outline] =
                [TextMode::Live, TextMode::Outline].map(|text| drawn(text, align).shapes);
            assert_eq!(live.len(), outline.len());
            for (live, outline) in live.iter().zip(&outline) {
                assert_eq!(live.turn, outline.turn);
                assert_eq!(live.path.len(), outline.path.len());
                let apart = live.path.points().iter().zip(outline.path.points());
                // A painted letter is a quarter of a pixel aside at most; the data of a path has two decimals.
                let aside = |(a, b): (&tiny_skia::Point, &tiny_skia::Point)| {
                    let off = *a - *b;
                    off.x.abs().max(off.y.abs())
                };
                assert!(apart.map(aside).all(|aside| aside < 0.265));
            }
        }
    }

    #[test]
    fn every_element_that_a_sheet_does_not_write_is_refused() {
        for (strange, named) in [
            ("<image href=\"/etc/passwd\"/>", "<image>"),
            ("<rect width=\"1\"/>", "no height"),
            ("<circle cx=\"NaN\" cy=\"1\" r=\"1\"/>", "cx=\"NaN\""),
            ("<path d=\"M1 1A3 3\"/>", "the part A of a path"),
            (
                "<rect width=\"1\" height=\"1\" fill=\"url(#a)\"/>",
                "fill=\"url(#a)\"",
            ),
            (
                "<text x=\"1\" y=\"1\" font-size=\"9\">&bomb;</text>",
                "&bomb;",
            ),
        ] {
            let svg = format!("<svg width=\"9\" height=\"9\">{strange}</svg>");
            let refused = Painting::read(&svg).err().map(|error| error.to_string());
            let refused = refused.expect(strange);
            assert!(refused.ends_with(named), "{refused}");
        }
    }
}
