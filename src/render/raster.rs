//! SVG to PNG at twice its size, with the embedded faces only: it reads no file, no system font and no address.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
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

/// Pixels of the PNG for one of the SVG: screens of today have twice the pixels.
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
    let (width, height) = ((size.width() * SCALE).ceil() as u32, (size.height() * SCALE).ceil() as u32);
    let too_large = RasterError::Size { width, height };
    if width.max(height) > MAX_SIDE {
        return Err(too_large);
    }
    let mut pixmap = Pixmap::new(width, height).ok_or(too_large)?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut pixmap.as_mut());
    pixmap.encode_png().map_err(|e| RasterError::Encoding(e.to_string()))
}

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
        let (once, again) = (png(&letters("Noto Sans")).expect("draws"), png(&letters("Noto Sans")).expect("draws"));
        assert_eq!(once, again);
        assert_eq!(&once[..8], b"\x89PNG\r\n\x1a\n");
        assert_eq!((&once[16..20], &once[20..24]), (&120u32.to_be_bytes()[..], &40u32.to_be_bytes()[..]));
    }

    #[test]
    fn letters_are_drawn_from_the_embedded_faces() {
        let empty = r#"<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"/>"#;
        assert_ne!(png(&letters(fonts::FAMILY_WITH_FALLBACK)).expect("draws"), png(empty).expect("draws"));
    }

    #[test]
    fn what_is_not_svg_or_is_too_large_is_refused() {
        assert!(matches!(png("<p>"), Err(RasterError::Svg(_))));
        let huge = r#"<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="20"/>"#;
        assert!(matches!(png(huge), Err(RasterError::Size { width: 60_000, height: 40 })));
    }
}
