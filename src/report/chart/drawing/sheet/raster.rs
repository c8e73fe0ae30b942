//! The SVG of a sheet to PNG. A PNG has a palette of at most 256 colours, which makes it a third of the size of one without.

use thiserror::Error;
use tiny_skia::{Color, Pixmap, Transform};

use super::colours::{Indexed, Shades};
use super::painting::{NotASheet, Painting};

/// Why an SVG could not become a PNG.
#[derive(Debug, Error)]
pub enum RasterError {
    /// Not SVG, or SVG with something that no sheet of this program writes.
    #[error(transparent)]
    Svg(#[from] NotASheet),
    /// Larger than a picture of this program can be.
    #[error(
        "the PNG would have {width} × {height} px, which is too large; the limits are {MAX_SIDE} px a side and {MAX_PIXELS} px in all"
    )]
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

/// Pixels of a PNG for one pixel of its SVG where nothing else is asked for: enough for high-density screens.
pub const SCALE: f64 = 2.0;

/// Longest side of a PNG, px.
const MAX_SIDE: u32 = 20_000;

/// Most pixels of a PNG.
const MAX_PIXELS: u32 = 100_000_000;

/// Draws `svg` as a PNG of `scale` times its width and height.
///
/// # Errors
/// [`RasterError`] for what is not SVG of this program or too large.
pub fn png(svg: &str, scale: f64) -> Result<Vec<u8>, RasterError> {
    let painting = Painting::read(svg)?;
    let ((width, height), scale) = (painting.size, scale as f32);
    // The limit is far below where a float would lose a pixel.
    let (width, height) = (
        (width * scale).ceil() as u32,
        (height * scale).ceil() as u32,
    );
    let too_large = || RasterError::Size { width, height };
    if width.max(height) > MAX_SIDE || width.saturating_mul(height) > MAX_PIXELS {
        return Err(too_large());
    }
    let mut band = Pixmap::new(width, BAND + 2 * MARGIN).ok_or_else(too_large)?;
    let mut shades = Shades::default();
    let row_bytes = width as usize * 4;
    for top in (0..height).step_by(BAND as usize) {
        band.fill(Color::TRANSPARENT);
        let place =
            Transform::from_scale(scale, scale).post_translate(0.0, MARGIN as f32 - top as f32);
        painting.paint(&mut band.as_mut(), place);
        let shown = BAND.min(height - top) as usize;
        band.data()
            .chunks_exact(row_bytes)
            .skip(MARGIN as usize)
            .take(shown)
            .flat_map(|row| row.chunks_exact(4))
            .for_each(|pixel| shades.push(plain(pixel)));
    }
    encoded(width, height, &shades.indexed(&painting.solid_colours()))
}

fn encoded(width: u32, height: u32, image: &Indexed) -> Result<Vec<u8>, RasterError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    // Neighbours in a palette have nothing in common, so that differences between them only cost.
    encoder.set_filter(png::Filter::NoFilter);
    let opaque = image.palette.iter().all(|colour| colour[3] == 255);
    encoder.set_palette(
        image
            .palette
            .iter()
            .flat_map(|colour| [colour[0], colour[1], colour[2]])
            .collect::<Vec<u8>>(),
    );
    if !opaque {
        encoder.set_trns(
            image
                .palette
                .iter()
                .map(|colour| colour[3])
                .collect::<Vec<u8>>(),
        );
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&image.pixels)?;
    writer.finish()?;
    Ok(file)
}

/// A pixel with its colours undiminished by their opacity, as PNG wants them.
fn plain(pixel: &[u8]) -> [u8; 4] {
    let opacity = u32::from(pixel[3]);
    let colour = |value: u8| match opacity {
        0 | 255 => value,
        _ => ((u32::from(value) * 255 + opacity / 2) / opacity).min(255) as u8,
    };
    [
        colour(pixel[0]),
        colour(pixel[1]),
        colour(pixel[2]),
        pixel[3],
    ]
}

impl From<png::EncodingError> for RasterError {
    fn from(error: png::EncodingError) -> Self {
        Self::Encoding(error.to_string())
    }
}

/// Rows drawn at a time: a whole picture in full colour would take more memory than the run itself.
const BAND: u32 = 128;
/// Rows around a band that are drawn and not shown: where a shape is cut by the edge of what is drawn, its own edge comes
/// out differently.
const MARGIN: u32 = 8;

#[cfg(test)]
mod tests {
    use super::*;

    const LETTERS: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="2" y="15" font-size="14" fill="#000">Ωµ×</text></svg>"##;

    #[test]
    fn a_png_has_twice_the_size_of_its_svg_and_always_the_same_bytes() {
        let (once, again) = (
            png(LETTERS, SCALE).expect("draws"),
            png(LETTERS, SCALE).expect("draws"),
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
            png(LETTERS, SCALE).expect("draws"),
            png(empty, SCALE).expect("draws")
        );
    }

    #[test]
    fn drawn_in_bands_a_picture_is_the_same_as_drawn_at_once() {
        let lines: String = (0..9)
            .map(|i| format!(r##"<text x="3" y="{}" font-size="13" fill="#000">{i} Ωµ</text><circle cx="70" cy="{}" r="9" fill="#000080" fill-opacity="0.4"/>"##, 20 + 17 * i, 12 + 17 * i))
            .collect();
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="90" height="171"><rect width="90" height="171" fill="#fff"/>{lines}</svg>"##
        );
        let banded = pixels(&png(&svg, SCALE).expect("draws"));
        let painting = Painting::read(&svg).expect("SVG");
        let mut whole = Pixmap::new(180, 342).expect("small");
        let place = Transform::from_scale(2.0, 2.0);
        painting.paint(&mut whole.as_mut(), place);
        // A curve that is cut is followed in other steps, and a palette merges shades: a pixel here and there comes out a
        // shade different.
        let apart = |(a, b): (&u8, &u8)| a.abs_diff(*b);
        let pairs = || banded.iter().zip(whole.data());
        let shades = pairs().filter(|&pair| apart(pair) > 8).count();
        assert!(
            pairs().map(apart).max() <= Some(32) && shades < banded.len() / 10_000,
            "{shades} of {} differ",
            banded.len()
        );
    }

    /// The pixels of a PNG in full colour.
    fn pixels(file: &[u8]) -> Vec<u8> {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::ALPHA);
        let mut reader = decoder.read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("small")];
        reader.next_frame(&mut pixels).expect("whole");
        pixels
    }

    #[test]
    fn what_is_not_svg_or_is_too_large_is_refused() {
        assert!(matches!(png("<p>", SCALE), Err(RasterError::Svg(_))));
        let huge = r#"<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="20"/>"#;
        assert!(matches!(
            png(huge, SCALE),
            Err(RasterError::Size {
                width: 60_000,
                height: 40
            })
        ));
    }
}
