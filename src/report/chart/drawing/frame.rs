//! The text around every chart: title, subtitle, key and footer.

use super::canvas::{Align, Canvas, Lettering, Point, SheetStyle, Stroke, sheet};
use super::fonts::Weight;
use super::marks::{CellMark, DataMark, MapMark, corner};
use super::theme::{Colour, Palette};
use crate::report::chart::kind::ChartError;
use crate::report::chart::spec::ChartSpec;
use crate::report::chart::view::View;

/// The words around a chart.
pub(crate) struct Frame<'a> {
    /// What was asked for.
    pub spec: &'a ChartSpec,
    /// The finding or the question.
    pub title: String,
    /// What is shown; parts that are kept together.
    pub what: Vec<String>,
    /// From where, with how many calls and when.
    pub circumstances: Vec<String>,
    /// What the colours mean.
    pub key: Vec<(Swatch, String)>,
    /// Why the numbers must not be used, when they must not.
    pub warning: Option<String>,
    /// That nothing here was measured at AWS, where it was not.
    pub badge: Option<&'a str>,
    /// Who measured, how much failed.
    pub footer: Vec<String>,
}

/// What a key shows beside its word.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Swatch {
    /// A point.
    Disc(Colour),
    /// A part of a bar.
    Block(Colour),
    /// A failed call.
    Cross(Colour),
    /// A line in the first colour that a cross in the second one begins.
    Forbidden(Colour, Colour),
    /// A line that a check forbids, in strokes and gaps of those lengths.
    Patterned(Colour, &'static str),
    /// A time.
    Mark(DataMark),
    /// Rows that belong together.
    Bracket(Colour),
    /// A limit.
    Limit(Colour),
    /// A line with a band around it.
    Band(Colour),
    /// A cell of a grid.
    Cell(CellMark, Colour),
    /// The corner of a cell.
    Corner(Colour),
    /// A place on a map.
    Map(MapMark),
}

impl Swatch {
    /// Room that it takes beyond that of the others, px: a pattern shows only in a longer line.
    fn before(self) -> f64 {
        match self {
            Self::Patterned(..) => SWATCH,
            _ => 0.0,
        }
    }

    /// Whether it stands for what a check forbids.
    fn is_grey(self, palette: &Palette) -> bool {
        match self {
            Self::Disc(colour) | Self::Block(colour) => colour == palette.bar,
            Self::Forbidden(..) | Self::Patterned(..) => true,
            _ => false,
        }
    }
}

impl<'a> Frame<'a> {
    /// The words around a chart of `view`.
    pub(crate) fn around(
        view: &View<'a>,
        title: String,
        what: Vec<String>,
        key: Vec<(Swatch, String)>,
    ) -> Self {
        let palette = view.palette();
        let has_grey = key.iter().any(|(swatch, _)| swatch.is_grey(palette));
        Self {
            key,
            ..Self::without_key(view, title, what, has_grey)
        }
    }

    /// The same without a key; `has_grey` where something is drawn that a check forbids.
    pub(crate) fn without_key(
        view: &View<'a>,
        title: String,
        what: Vec<String>,
        has_grey: bool,
    ) -> Self {
        Self {
            spec: view.spec,
            title,
            what,
            circumstances: view.circumstances(),
            key: Vec::new(),
            warning: view.invalidity(has_grey),
            badge: view.badge(),
            footer: view.provenance(),
        }
    }

    /// The height for the chart itself, px: `usual` where no height was asked for.
    ///
    /// # Errors
    /// [`ChartError::TooLow`] where less than `least` px would be left of what was asked for.
    pub(crate) fn room(&self, usual: f64, least: f64) -> Result<f64, ChartError> {
        let Some(asked) = self.spec.look.height else {
            return Ok(usual);
        };
        let words = self.set();
        let left = asked - words.above() - words.below();
        if left < least {
            return Err(ChartError::TooLow {
                given: asked as u32,
                least: (words.above() + least + words.below()).ceil() as u32,
            });
        }
        Ok(left)
    }

    /// The picture: these words around a chart of `height` px, which `draw` draws from the given height down.
    pub(crate) fn picture(&self, height: f64, draw: impl FnOnce(&mut Canvas, f64)) -> String {
        let words = self.set();
        let (look, wording) = (self.spec.look, &self.spec.wording);
        let total = (words.above() + height + words.below()).ceil();
        let description = self.description();
        let title = words.title.join(" ");
        sheet(
            (look.width, total),
            SheetStyle {
                appearance: look.appearance,
                text: look.text,
                title: &title,
                description: wording.alt.as_deref().unwrap_or(&description),
            },
            |canvas| {
                canvas.group("words", None, |canvas| words.draw(canvas));
                canvas.group("chart", None, |canvas| draw(canvas, words.above()));
                let y = words.above() + height + BEFORE_FOOTER;
                canvas.group("footer", None, |canvas| words.draw_footer(canvas, y));
            },
        )
    }

    /// What the picture says beside its title, for who cannot see it.
    fn description(&self) -> String {
        let parts = [&self.what, &self.circumstances, &self.footer];
        let said = self.badge.into_iter().map(str::to_owned);
        let parts: Vec<String> = said
            .chain(self.warning.clone())
            .chain(parts.into_iter().flatten().cloned())
            .collect();
        parts.join(SEPARATOR)
    }

    /// The words in lines.
    fn set(&self) -> Words {
        let room = self.spec.look.width - 2.0 * MARGIN;
        let of_parts = |parts: &[String], lettering| {
            wrap(parts.iter().map(String::as_str), SEPARATOR, lettering, room)
        };
        let of_words = |text: &str, lettering| wrap(text.split(' '), " ", lettering, room);
        let title = self.spec.wording.title.as_ref().unwrap_or(&self.title);
        let caption = self.spec.wording.caption.iter();
        let warnings = self
            .badge
            .into_iter()
            .chain(self.warning.as_deref())
            .flat_map(|text| of_words(text, Lettering::STRONG))
            .collect();
        Words {
            title: balanced(title, TITLE, room),
            subtitle: [&self.what, &self.circumstances]
                .into_iter()
                .flat_map(|parts| of_parts(parts, SUBTITLE))
                .collect(),
            warnings,
            key: self.key_rows(room),
            caption: caption
                .flat_map(|text| of_words(text, Lettering::LABEL))
                .collect(),
            footer: of_parts(&self.footer, Lettering::NOTE),
        }
    }

    /// The key in rows of `room` px.
    fn key_rows(&self, room: f64) -> Vec<Vec<(Swatch, String, f64)>> {
        let mut rows: Vec<Vec<(Swatch, String, f64)>> = Vec::new();
        let mut x = f64::INFINITY;
        for (swatch, word) in &self.key {
            let before = swatch.before();
            let word = Lettering::LABEL.fit(word, room - SWATCH - before);
            let width = before + SWATCH + Lettering::LABEL.width(&word);
            if x + width > MARGIN + room {
                rows.push(Vec::new());
                x = MARGIN;
            }
            if let Some(row) = rows.last_mut() {
                row.push((*swatch, word, x + before));
            }
            x += width + 22.0;
        }
        rows
    }
}

/// The words around a chart in lines.
struct Words {
    title: Vec<String>,
    subtitle: Vec<String>,
    warnings: Vec<String>,
    key: Vec<Vec<(Swatch, String, f64)>>,
    caption: Vec<String>,
    footer: Vec<String>,
}

impl Words {
    /// Height of what stands above the chart, px.
    fn above(&self) -> f64 {
        let lines = self.subtitle.len() + self.warnings.len();
        let key = KEY_LINE * self.key.len() as f64;
        TOP + TITLE_LINE * self.title.len() as f64 + LINE * lines as f64 + 6.0 + key + 6.0
    }

    /// Height of what stands below the chart, px.
    fn below(&self) -> f64 {
        BEFORE_FOOTER + LINE * (self.caption.len() + self.footer.len()) as f64 + BOTTOM
    }

    fn draw(&self, canvas: &mut Canvas) {
        let palette = canvas.palette();
        let mut y = TOP;
        y = lines(canvas, &self.title, y, TITLE_LINE, TITLE, palette.text);
        y = lines(canvas, &self.subtitle, y, LINE, SUBTITLE, palette.muted);
        y = lines(
            canvas,
            &self.warnings,
            y,
            LINE,
            Lettering::STRONG,
            palette.failure,
        );
        y += 6.0;
        for row in &self.key {
            draw_key(canvas, row, y + KEY_LINE / 2.0);
            y += KEY_LINE;
        }
    }

    fn draw_footer(&self, canvas: &mut Canvas, y: f64) {
        let palette = canvas.palette();
        let y = lines(
            canvas,
            &self.caption,
            y,
            LINE,
            Lettering::LABEL,
            palette.text,
        );
        lines(
            canvas,
            &self.footer,
            y,
            LINE,
            Lettering::NOTE,
            palette.muted,
        );
    }
}

/// Distance of everything from the picture's left and right edge, px.
pub(crate) const MARGIN: f64 = 24.0;

const TITLE: Lettering = Lettering {
    size: 18.0,
    weight: Weight::Bold,
};
const SUBTITLE: Lettering = Lettering::LABEL;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 14.0;
const BEFORE_FOOTER: f64 = 12.0;
const TITLE_LINE: f64 = 25.0;
const LINE: f64 = 18.0;
const KEY_LINE: f64 = 22.0;
const SWATCH: f64 = 18.0;
const SEPARATOR: &str = " · ";

fn draw_key(canvas: &mut Canvas, row: &[(Swatch, String, f64)], y: f64) {
    let palette = canvas.palette();
    for (swatch, word, x) in row {
        draw_swatch(canvas, *swatch, (x + 6.0, y));
        canvas.text(
            word,
            (x + SWATCH, y),
            Align::Start,
            Lettering::LABEL,
            palette.text,
        );
    }
}

fn draw_swatch(canvas: &mut Canvas, swatch: Swatch, (x, y): Point) {
    let stroke = |colour, width| Stroke { colour, width };
    match swatch {
        Swatch::Disc(colour) => canvas.disc((x, y), 5.0, colour),
        Swatch::Block(colour) => {
            canvas.rectangle((x - 6.0, y - 6.0), (x + 6.0, y + 6.0), colour);
        }
        Swatch::Cross(colour) => canvas.cross((x, y), 4.0, stroke(colour, 1.8)),
        Swatch::Forbidden(line, cross) => {
            canvas.line(&[(x - 7.0, y), (x + 7.0, y)], stroke(line, 2.0));
            canvas.cross((x - 3.0, y), 4.0, stroke(cross, 1.8));
        }
        Swatch::Patterned(colour, lengths) => {
            let line = [(x - 6.0 - SWATCH, y), (x + 7.0, y)];
            canvas.patterned(&line, stroke(colour, 2.0), lengths);
        }
        Swatch::Mark(mark) => mark.draw(canvas, (x, y)),
        Swatch::Bracket(colour) => {
            let corners = [(-3.0, -6.0), (2.0, -6.0), (2.0, 6.0), (-3.0, 6.0)];
            let corners = corners.map(|(right, down)| (x + right, y + down));
            canvas.line(&corners, stroke(colour, 1.2));
        }
        Swatch::Limit(colour) => canvas.line(&[(x, y - 7.0), (x, y + 7.0)], stroke(colour, 1.8)),
        Swatch::Cell(mark, colour) => {
            mark.draw(canvas, [(x - 8.0, y - 7.0), (x + 8.0, y + 7.0)], colour);
        }
        Swatch::Map(mark) => mark.draw(canvas, (x, y)),
        Swatch::Corner(colour) => corner(canvas, (x - 4.0, y - 4.0), colour),
        Swatch::Band(colour) => {
            let corners = [(-7.0, -5.0), (7.0, -5.0), (7.0, 5.0), (-7.0, 5.0)];
            canvas.area(
                &corners.map(|(right, down)| (x + right, y + down)),
                colour,
                0.22,
            );
            canvas.line(&[(x - 7.0, y), (x + 7.0, y)], stroke(colour, 1.8));
        }
    }
}

/// Writes `texts` from `y` down, each in a line of `height` px; the y below them.
fn lines(
    canvas: &mut Canvas,
    texts: &[String],
    y: f64,
    height: f64,
    lettering: Lettering,
    colour: Colour,
) -> f64 {
    let mut y = y;
    for text in texts {
        canvas.text(
            text,
            (MARGIN, y + height / 2.0),
            Align::Start,
            lettering,
            colour,
        );
        y += height;
    }
    y
}

/// `parts` in lines of at most `width` px; a part wider than a line goes on in the next one, and a word that is wider is cut.
fn wrap<'a>(
    parts: impl Iterator<Item = &'a str>,
    separator: &str,
    lettering: Lettering,
    width: f64,
) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        if let Some(line) = lines.last_mut() {
            let longer = format!("{line}{separator}{part}");
            if lettering.width(&longer) <= width {
                *line = longer;
                continue;
            }
        }
        if lettering.width(part) > width && part.contains(' ') {
            lines.extend(wrap(part.split(' '), " ", lettering, width));
        } else {
            lines.push(lettering.fit(part, width));
        }
    }
    lines
}

/// The words of `text` in as few lines as fit into `width` px, all about as long.
fn balanced(text: &str, lettering: Lettering, width: f64) -> Vec<String> {
    let of = |width: f64| wrap(text.split(' '), " ", lettering, width);
    let lines = of(width);
    let narrower = (10..20).map(|twentieth| of(width * f64::from(twentieth) / 20.0));
    let whole: String = lines.join(" ");
    let mut as_good = narrower.filter(|set| set.len() == lines.len() && set.join(" ") == whole);
    as_good.next().unwrap_or(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wrap_between_parts_and_a_part_too_wide_is_cut() {
        let lines = wrap(
            ["one", "two", "three"].into_iter(),
            " · ",
            Lettering::LABEL,
            70.0,
        );
        assert_eq!(lines, ["one · two", "three"]);
        let long = wrap(
            ["one", "two and three and four", "five"].into_iter(),
            " · ",
            Lettering::LABEL,
            100.0,
        );
        assert_eq!(long, ["one", "two and three", "and four · five"]);
        let cut = wrap(
            ["an-endpoint-of-a-very-long-name"].into_iter(),
            " ",
            Lettering::LABEL,
            70.0,
        );
        assert!(cut.len() == 1 && cut[0].ends_with('…'), "{cut:?}");
    }
}
