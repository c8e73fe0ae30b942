//! The Earth on a plane: Equal Earth, on which areas keep their size (B. Šavrič, T. Patterson and B. Jenny, International
//! Journal of Geographical Information Science 33 (2019) 454–465), and the outlines of the land.

use std::f64::consts::PI;

use sts_model::Coordinates;

/// A map from `left` and `top` on, px, without the ice around the poles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Earth {
    left: f64,
    top: f64,
    /// Pixels of a unit of the projection.
    scale: f64,
}

impl Earth {
    /// A map of `width` px.
    pub(crate) fn new((left, top): (f64, f64), width: f64) -> Self {
        Self {
            left,
            top,
            scale: width / WIDTH,
        }
    }

    /// The height of a map of `width` px.
    pub(crate) fn height(width: f64) -> f64 {
        let (_, north) = projected(0.0, NORTHERNMOST);
        let (_, south) = projected(0.0, SOUTHERNMOST);
        (north - south) * width / WIDTH
    }

    /// Where a place is, px.
    pub(crate) fn point(self, place: Coordinates) -> (f64, f64) {
        self.at(place.longitude, place.latitude)
    }

    /// The outlines of the continents and of the larger islands, px.
    pub(crate) fn land(self) -> impl Iterator<Item = Vec<(f64, f64)>> {
        land().map(move |outline| {
            let corners = outline.into_iter();
            corners
                .map(|[longitude, latitude]| self.at(longitude, latitude))
                .collect()
        })
    }

    fn at(self, longitude: f64, latitude: f64) -> (f64, f64) {
        let (east, north) = projected(longitude, latitude);
        let (_, highest) = projected(0.0, NORTHERNMOST);
        (
            self.left + (east + WIDTH / 2.0) * self.scale,
            self.top + (highest - north) * self.scale,
        )
    }
}

/// The outlines of the continents and of the larger islands, longitude and latitude of each corner in degrees.
pub(crate) fn land() -> impl Iterator<Item = Vec<[f64; 2]>> {
    let degrees = |tenths: &str| Some(tenths.parse::<f64>().ok()? / 10.0);
    let corner = move |corner: &str| {
        let (longitude, latitude) = corner.split_once(',')?;
        Some([degrees(longitude)?, degrees(latitude)?])
    };
    LAND.lines()
        .map(move |outline| outline.split(' ').filter_map(corner).collect())
}

/// One outline on a line, each corner in tenths of a degree: see assets/land/README.md.
const LAND: &str = include_str!("../../../../assets/land/land.txt");

/// The edges of a map, degrees north.
const NORTHERNMOST: f64 = 84.0;
const SOUTHERNMOST: f64 = -56.0;

/// From 180° W to 180° E along the equator.
const WIDTH: f64 = 2.0 * 2.706_629_99;

/// The polynomial of the projection.
const A: [f64; 4] = [1.340_264, -0.081_106, 0.000_893, 0.003_796];

/// Degrees east and north as units to the right and upwards.
fn projected(longitude: f64, latitude: f64) -> (f64, f64) {
    let root = 3f64.sqrt();
    let angle = (root / 2.0 * (latitude * PI / 180.0).sin()).asin();
    let (square, sixth) = (angle.powi(2), angle.powi(6));
    let slope = A[0] + 3.0 * A[1] * square + sixth * (7.0 * A[2] + 9.0 * A[3] * square);
    let east = 2.0 * root * (longitude * PI / 180.0) * angle.cos() / (3.0 * slope);
    let north = angle * (A[0] + A[1] * square + sixth * (A[2] + A[3] * square));
    (east, north)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// d3-geo 3.1.1, `geoEqualEarthRaw(λ, φ)`.
    #[test]
    fn places_are_where_another_program_projects_them() {
        for ((longitude, latitude), (east, north)) in [
            ((180.0, 0.0), (2.706_629_98, 0.0)),
            ((0.0, 90.0), (0.0, 1.317_362_76)),
            ((8.68, 50.11), (0.107_566_03, 0.943_275_51)),
            ((-122.0, -33.9), (-1.683_664_60, -0.665_255_44)),
        ] {
            let found = projected(longitude, latitude);
            let is_near = |a: f64, b: f64| (a - b).abs() < 1e-6;
            assert!(
                is_near(found.0, east) && is_near(found.1, north),
                "{found:?}"
            );
        }
    }

    #[test]
    fn every_corner_of_the_land_is_a_place_on_the_map() {
        let (width, height) = (800.0, Earth::height(800.0));
        let land: Vec<_> = Earth::new((0.0, 0.0), width).land().collect();
        assert!(land.len() > 50 && land.iter().all(|outline| outline.len() > 3));
        let mut corners = land.iter().flatten();
        assert!(corners.all(|&(x, y)| (0.0..=width).contains(&x) && (0.0..=height).contains(&y)));
        let corners: usize = LAND.lines().map(|line| line.split(' ').count()).sum();
        assert_eq!(land.iter().map(Vec::len).sum::<usize>(), corners);
    }
}
