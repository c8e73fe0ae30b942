//! The colours of a picture as a palette of at most 80: the most frequent ones, and for each other one the nearest of them.

use std::collections::{BTreeSet, HashMap};

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

    /// The picture with its palette, the most frequent colour first. Those of `own` that are in the picture stay as they are:
    /// each of them means something, however few pixels it has.
    pub(crate) fn indexed(self, own: &BTreeSet<Rgba>) -> Indexed {
        let mut order: Vec<usize> = chosen(&self.counted, own);
        order.sort_by_key(|&number| {
            let (colour, pixels) = self.counted[number];
            (std::cmp::Reverse(pixels), colour)
        });
        let palette: Vec<Rgba> = order.iter().map(|&number| self.counted[number].0).collect();
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

/// The numbers of the colours of a palette: those of `own`, then always the one by whose lack most would be lost, which is
/// the number of its pixels times their distance to the nearest colour so far.
fn chosen(counted: &[(Rgba, u32)], own: &BTreeSet<Rgba>) -> Vec<usize> {
    let is_own = |&number: &usize| own.contains(&counted[number].0);
    let mut chosen: Vec<usize> = (0..counted.len()).filter(is_own).take(MOST).collect();
    let to_chosen = |colour: Rgba| {
        let distances = chosen
            .iter()
            .map(|&number| apart(colour, counted[number].0));
        distances.min().unwrap_or(FARTHEST)
    };
    let mut distances: Vec<u32> = counted
        .iter()
        .map(|&(colour, _)| to_chosen(colour))
        .collect();
    while chosen.len() < MOST {
        let lost = |number: usize| u64::from(counted[number].1) * u64::from(distances[number]);
        let worst = (0..counted.len()).max_by_key(|&number| (lost(number), counted[number].0));
        let Some(worst) = worst.filter(|&number| lost(number) > 0) else {
            break;
        };
        chosen.push(worst);
        for (distance, &(colour, _)) in distances.iter_mut().zip(counted) {
            *distance = apart(colour, counted[worst].0).min(*distance);
        }
    }
    chosen
}

/// Most colours of a palette: a few shades of each edge look the same as all of them and take a tenth less room.
const MOST: usize = 80;

/// Farther apart than any two colours.
const FARTHEST: u32 = 4 * 255 * 255 + 1;

/// How different two colours look: the square of their distance, each as strong as it is opaque.
fn apart(one: Rgba, other: Rgba) -> u32 {
    let strength = |[red, green, blue, opacity]: Rgba| {
        let seen = |value: u8| u32::from(value) * u32::from(opacity) / 255;
        [seen(red), seen(green), seen(blue), u32::from(opacity)]
    };
    let pairs = strength(one).into_iter().zip(strength(other));
    pairs.map(|(a, b)| a.abs_diff(b).pow(2)).sum()
}

fn nearest(colour: Rgba, palette: &[Rgba]) -> u8 {
    let places = palette.iter().enumerate();
    let found = places.min_by_key(|&(_, &other)| apart(colour, other));
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
        let image = few.indexed(&BTreeSet::new());
        assert_eq!(
            image.palette,
            [[9, 0, 0, 255], [7, 0, 0, 255], [8, 0, 0, 255]]
        );
        assert_eq!(image.pixels, [0, 1, 0, 0, 2]);
        let mut many = Shades::default();
        for i in 0..600_u32 {
            many.push([(i % 256) as u8, (i / 256) as u8, 0, 255]);
        }
        let image = many.indexed(&BTreeSet::new());
        assert_eq!((image.palette.len(), image.pixels.len()), (MOST, 600));
    }

    #[test]
    fn a_colour_that_means_something_and_a_colour_unlike_others_stay_however_few_pixels_they_have()
    {
        let (orange, red, shade) = (
            [0xD5, 0x5E, 0x00, 255],
            [0xB4, 0x23, 0x18, 255],
            [0xD4, 0x5E, 0x00, 255],
        );
        let mut picture = Shades::default();
        for grey in 0..200_u8 {
            for _ in 0..50 {
                picture.push([grey, grey, grey, 255]);
            }
        }
        picture.push(orange);
        picture.push(red);
        picture.push(shade);
        let image = picture.indexed(&BTreeSet::from([orange, [0, 0, 255, 255]]));
        let last: Vec<Rgba> = image.pixels[image.pixels.len() - 3..]
            .iter()
            .map(|&place| image.palette[usize::from(place)])
            .collect();
        assert_eq!(last, [orange, red, orange]);
    }

    #[test]
    fn a_faint_shade_is_as_far_from_another_as_it_can_be_seen() {
        let faint = |red: u8| [red, 0, 0, 10];
        assert!(apart(faint(0), faint(250)) < apart([0, 0, 0, 255], [12, 0, 0, 255]));
        assert_eq!(apart([255, 255, 255, 255], [0, 0, 0, 0]), FARTHEST - 1);
    }
}
