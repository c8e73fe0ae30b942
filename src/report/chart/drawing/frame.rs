//! The text around every chart: title, subtitle, key and footer.

use super::canvas::{Align, Canvas, Lettering, Point, Stroke, Weight, sheet};
use super::theme::{Colour, Theme};
use crate::report::chart::view::View;

/// The words around a chart.
pub(crate) struct Frame {
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
    /// A word in the upper right corner.
    pub badge: Option<&'static str>,
    /// Who measured, how much failed.
    pub footer: Vec<String>,
    /// Width of the picture, px.
    pub width: f64,
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
}

impl Frame {
    /// The words around a chart of `view`.
    pub(crate) fn around(
        view: &View<'_>,
        width: f64,
        title: String,
        what: Vec<String>,
        key: Vec<(Swatch, String)>,
    ) -> Self {
        Self {
            title,
            what,
            circumstances: view.circumstances(),
            key,
            warning: view.invalidity(),
            badge: view.badge(),
            footer: view.provenance(),
            width,
        }
    }

    /// The picture: these words around a chart of `height` px, which `draw` draws from the given height down.
    pub(crate) fn picture(
        &self,
        height: f64,
        theme: Theme,
        draw: impl FnOnce(&mut Canvas<'_>, f64),
    ) -> String {
        let room = self.width - 2.0 * MARGIN;
        let badge_room = self.badge.map_or(0.0, |badge| BADGE.width(badge) + 40.0);
        let title = wrap(self.title.split(' '), " ", TITLE, room - badge_room);
        let subtitle: Vec<String> = [&self.what, &self.circumstances]
            .into_iter()
            .flat_map(|parts| wrap(parts.iter().map(String::as_str), SEPARATOR, SUBTITLE, room))
            .collect();
        let warning = wrap(
            self.warning.iter().flat_map(|text| text.split(' ')),
            " ",
            Lettering::STRONG,
            room,
        );
        let footer = wrap(
            self.footer.iter().map(String::as_str),
            SEPARATOR,
            Lettering::NOTE,
            room,
        );
        let key_rows = self.key_rows(room);
        let words_height =
            TITLE_LINE * title.len() as f64 + LINE * (subtitle.len() + warning.len()) as f64;
        let key_height = KEY_LINE * key_rows.len() as f64;
        let top = MARGIN - 6.0 + words_height + 6.0 + key_height + 8.0;
        let total = (top + height + 16.0 + LINE * footer.len() as f64 + MARGIN - 12.0).ceil();
        sheet(
            (self.width, total),
            theme,
            &self.title,
            &subtitle.join(SEPARATOR),
            |canvas| {
                let palette = canvas.palette();
                let mut y = MARGIN - 6.0;
                y = lines(canvas, &title, y, TITLE_LINE, TITLE, palette.text);
                y = lines(canvas, &subtitle, y, LINE, SUBTITLE, palette.muted);
                y = lines(
                    canvas,
                    &warning,
                    y,
                    LINE,
                    Lettering::STRONG,
                    palette.failure,
                );
                self.draw_badge(canvas);
                y += 6.0;
                for row in &key_rows {
                    draw_key(canvas, row, y + KEY_LINE / 2.0);
                    y += KEY_LINE;
                }
                draw(canvas, top);
                let y = top + height + 16.0;
                lines(canvas, &footer, y, LINE, Lettering::NOTE, palette.muted);
            },
        )
    }

    fn draw_badge(&self, canvas: &mut Canvas<'_>) {
        let Some(badge) = self.badge else { return };
        let colour = canvas.palette().muted;
        let (right, top) = (self.width - MARGIN, MARGIN - 3.0);
        let (left, bottom) = (right - BADGE.width(badge) - 16.0, top + 22.0);
        let outline = [
            (left, top),
            (right, top),
            (right, bottom),
            (left, bottom),
            (left, top),
        ];
        canvas.line(&outline, Stroke { colour, width: 1.2 });
        canvas.text(
            badge,
            ((left + right) / 2.0, (top + bottom) / 2.0),
            Align::Middle,
            BADGE,
            colour,
        );
    }

    /// The key in rows of `room` px.
    fn key_rows(&self, room: f64) -> Vec<Vec<(Swatch, String, f64)>> {
        let mut rows: Vec<Vec<(Swatch, String, f64)>> = Vec::new();
        let mut x = f64::INFINITY;
        for (swatch, word) in &self.key {
            let word = Lettering::LABEL.fit(word, room - SWATCH);
            let width = SWATCH + Lettering::LABEL.width(&word);
            if x + width > MARGIN + room {
                rows.push(Vec::new());
                x = MARGIN;
            }
            if let Some(row) = rows.last_mut() {
                row.push((*swatch, word, x));
            }
            x += width + 22.0;
        }
        rows
    }
}

/// Distance of everything from the picture's edge, px.
pub(crate) const MARGIN: f64 = 32.0;

const TITLE: Lettering = Lettering {
    size: 22.0,
    weight: Weight::Bold,
};
const SUBTITLE: Lettering = Lettering {
    size: 14.0,
    weight: Weight::Regular,
};
const BADGE: Lettering = Lettering {
    size: 12.0,
    weight: Weight::Bold,
};
const TITLE_LINE: f64 = 31.0;
const LINE: f64 = 20.0;
const KEY_LINE: f64 = 24.0;
const SWATCH: f64 = 18.0;
const SEPARATOR: &str = " · ";

fn draw_key(canvas: &mut Canvas<'_>, row: &[(Swatch, String, f64)], y: f64) {
    let palette = canvas.palette();
    for (swatch, word, x) in row {
        let centre: Point = (x + 6.0, y);
        match *swatch {
            Swatch::Disc(colour) => canvas.disc(centre, 5.0, colour),
            Swatch::Block(colour) => {
                canvas.rectangle((x.round(), y - 6.0), (x.round() + 12.0, y + 6.0), colour);
            }
            Swatch::Cross(colour) => canvas.cross(centre, 4.0, Stroke { colour, width: 1.8 }),
        }
        canvas.text(
            word,
            (x + SWATCH, y),
            Align::Start,
            Lettering::LABEL,
            palette.text,
        );
    }
}

/// Writes `texts` from `y` down, each in a line of `height` px; the y below them.
fn lines(
    canvas: &mut Canvas<'_>,
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

/// `parts` in lines of at most `width` px; a part wider than a line is cut.
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
        lines.push(lettering.fit(part, width));
    }
    lines
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
        let cut = wrap(
            ["an-endpoint-of-a-very-long-name"].into_iter(),
            " ",
            Lettering::LABEL,
            70.0,
        );
        assert!(cut.len() == 1 && cut[0].ends_with('…'), "{cut:?}");
    }
}
