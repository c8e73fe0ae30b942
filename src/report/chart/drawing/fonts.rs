//! The two fonts of all pictures. System fonts are never used, so that a picture has the same bytes on every machine.

/// Noto Sans Regular, subset.
pub(crate) const REGULAR: &[u8] = include_bytes!("../../../../assets/fonts/NotoSans-Regular.ttf");

/// Noto Sans Bold, subset.
pub(crate) const BOLD: &[u8] = include_bytes!("../../../../assets/fonts/NotoSans-Bold.ttf");

/// The family's name inside the two files.
pub(crate) const FAMILY: &str = "Noto Sans";

/// The family as SVG names it, with fallbacks for viewers without Noto Sans.
pub(crate) const FAMILY_WITH_FALLBACK: &str = "Noto Sans, system-ui, sans-serif";

/// Ascent plus descent of both faces over their em (2,789 of 2,048 units).
pub(crate) const HEIGHT_PER_EM: f64 = 2789.0 / 2048.0;
