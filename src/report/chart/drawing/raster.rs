//! SVG to PNG at twice its size, with the embedded faces only: it reads no file, no system font and no address.

use std::io::Write as _;
use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{self, fontdb};
use thiserror::Error;

use super::fonts;

/// Why an SVG could not become a PNG.
#[derive(Debug, Error)]
pub enum RasterError {
    /// Not SVG, or nothing to see in it.
    #[error("the picture is not valid SVG: {0}")]
    Svg(#[from] usvg::Error),
    /// Larger than a picture of this program can be.
    #[error("the picture of {width} × {height} px is too large; the limit is {MAX_SIDE} px a side")]
    Size {
        /// Width of the PNG, px.
        width: u32,
        /// Height of the PNG, px.
        height: u32,
    },
    /// The encoder refused.
    #[error("the picture could not be encoded as PNG: {0}")]
    Encoding(String),
}

/// Pixels of the PNG for one pixel of the SVG, for high-density screens.
const SCALE: f32 = 2.0;

/// Longest side of a PNG, px.
const MAX_SIDE: u32 = 20_000;

/// Draws `svg` as a PNG of twice its width and height.
///
/// # Errors
/// [`RasterError`] for what is not SVG or larger than 10,000 px a side.
pub fn png(svg: &str) -> Result<Vec<u8>, RasterError> {
    let tree = usvg::Tree::from_str(svg, &options())?;
    let size = tree.size();
    // The limit is far below where a float would lose a pixel.
    let (width, height) = (
        (size.width() * SCALE).ceil() as u32,
        (size.height() * SCALE).ceil() as u32,
    );
    let too_large = RasterError::Size { width, height };
    if width.max(height) > MAX_SIDE {
        return Err(too_large);
    }
    let mut band = Pixmap::new(width, BAND + 2 * MARGIN).ok_or(too_large)?;
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    let mut rows = writer.stream_writer()?;
    let row_bytes = width as usize * 4;
    for top in (0..height).step_by(BAND as usize) {
        band.fill(Color::TRANSPARENT);
        let place =
            Transform::from_scale(SCALE, SCALE).post_translate(0.0, MARGIN as f32 - top as f32);
        resvg::render(&tree, place, &mut band.as_mut());
        let shown = BAND.min(height - top) as usize;
        for row in band
            .data()
            .chunks_exact(row_bytes)
            .skip(MARGIN as usize)
            .take(shown)
        {
            rows.write_all(&plain(row))
                .map_err(|e| RasterError::Encoding(e.to_string()))?;
        }
    }
    rows.finish()?;
    writer.finish()?;
    Ok(file)
}

/// The pixels of a row with their colours undiminished by their opacity, as PNG wants them.
fn plain(row: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(row.len());
    for pixel in row.chunks_exact(4) {
        let opacity = u32::from(pixel[3]);
        let colour = |value: u8| match opacity {
            0 | 255 => value,
            _ => ((u32::from(value) * 255 + opacity / 2) / opacity).min(255) as u8,
        };
        plain.extend([
            colour(pixel[0]),
            colour(pixel[1]),
            colour(pixel[2]),
            pixel[3],
        ]);
    }
    plain
}

impl From<png::EncodingError> for RasterError {
    fn from(error: png::EncodingError) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// Rows drawn at a time: a whole picture and its copy would take more memory than the run itself.
const BAND: u32 = 128;
/// Rows around a band that are drawn and not shown: where a shape is cut by the edge of what is drawn, its own edge comes
/// out differently.
const MARGIN: u32 = 8;

fn options() -> usvg::Options<'static> {
    static FACES: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
        let mut faces = fontdb::Database::new();
        faces.load_font_data(fonts::REGULAR.to_vec());
        faces.load_font_data(fonts::BOLD.to_vec());
        Arc::new(faces)
    });
    usvg::Options {
        font_family: fonts::FAMILY.to_owned(),
        fontdb: Arc::clone(&FACES),
        // Charts hold no images, and a picture from elsewhere must not make this program open files.
        image_href_resolver: usvg::ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        },
        ..usvg::Options::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(family: &str) -> String {
        format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="2" y="15" font-family="{family}" font-size="14">Ωµ×</text></svg>"#
        )
    }

    #[test]
    fn a_png_has_twice_the_size_of_its_svg_and_always_the_same_bytes() {
        let (once, again) = (
            png(&letters("Noto Sans")).expect("draws"),
            png(&letters("Noto Sans")).expect("draws"),
        );
        assert_eq!(once, again);
        assert_eq!(&once[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!(
            (&once[16..20], &once[20..24]),
            (&120u32.to_be_bytes()[..], &40u32.to_be_bytes()[..])
        );
    }

    #[test]
    fn letters_are_drawn_from_the_embedded_faces() {
        let empty = r#"<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"/>"#;
        assert_ne!(
            png(&letters(fonts::FAMILY_WITH_FALLBACK)).expect("draws"),
            png(empty).expect("draws")
        );
    }

    #[test]
    fn drawn_in_bands_a_picture_is_the_same_as_drawn_at_once() {
        let lines: String = (0..9)
            .map(|i| format!(r#"<text x="3" y="{}" font-size="13">{i} Ωµ</text><circle cx="70" cy="{}" r="9" fill="navy" fill-opacity="0.4"/>"#, 20 + 17 * i, 12 + 17 * i))
            .collect();
        let svg = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="90" height="171">{lines}</svg>"#
        );
        let file = png(&svg).expect("draws");
        let mut reader = png::Decoder::new(std::io::Cursor::new(&file))
            .read_info()
            .expect("a PNG");
        let mut banded = vec![0; reader.output_buffer_size().expect("small")];
        reader.next_frame(&mut banded).expect("whole");
        let tree = usvg::Tree::from_str(&svg, &options()).expect("SVG");
        let mut whole = Pixmap::new(180, 342).expect("small");
        resvg::render(
            &tree,
            Transform::from_scale(SCALE, SCALE),
            &mut whole.as_mut(),
        );
        // A curve that is cut is followed in other steps: a pixel here and there comes out a shade different.
        let apart = |(a, b): (&u8, &u8)| a.abs_diff(*b);
        let worst = banded.iter().zip(&plain(whole.data())).map(apart).max();
        let shades = banded
            .iter()
            .zip(&plain(whole.data()))
            .filter(|&pair| apart(pair) > 1)
            .count();
        assert!(
            worst <= Some(32) && shades < banded.len() / 10_000,
            "{shades} of {} differ, by up to {worst:?}",
            banded.len()
        );
    }

    #[test]
    fn what_is_not_svg_or_is_too_large_is_refused() {
        assert!(matches!(png("<p>"), Err(RasterError::Svg(_))));
        let huge = r#"<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="20"/>"#;
        assert!(matches!(
            png(huge),
            Err(RasterError::Size {
                width: 60_000,
                height: 40
            })
        ));
    }
}
