//! Round trips from distance: great circle, speed of light in fibre, and the detour that real paths take.
//!
//! Pure functions; no clock, no randomness. Distances are between metropolitan areas (± 50 km).

use std::time::Duration;

use sts_model::Region;

/// The round trip between a host in `vantage` and the endpoint of `region`.
///
/// Regions whose place is not public get [`UNPLACED_ROUND_TRIP`]. Unit: time; at least [`SHORTEST_ROUND_TRIP`].
pub(crate) fn round_trip(vantage: &Region, region: &Region) -> Duration {
    if vantage.name == region.name {
        return OWN_REGION_ROUND_TRIP;
    }
    match (vantage.coordinates, region.coordinates) {
        (Some(here), Some(there)) => {
            let seconds = 2.0 * here.kilometres_to(there) / FIBRE_KM_PER_SECOND * PATH_INFLATION;
            Duration::from_secs_f64(seconds).max(SHORTEST_ROUND_TRIP)
        }
        _ => UNPLACED_ROUND_TRIP,
    }
}

/// Within one Region: the median TCP connect over 32 Regions (cloudping.co, one year to May 2025).
pub(crate) const OWN_REGION_ROUND_TRIP: Duration = Duration::from_millis(3);

/// No two Regions are closer than this, however near their cities are.
pub(crate) const SHORTEST_ROUND_TRIP: Duration = Duration::from_millis(1);

/// For Regions whose place is not public: about the median over all pairs of placed Regions.
pub(crate) const UNPLACED_ROUND_TRIP: Duration = Duration::from_millis(150);

/// How much longer a measured round trip is than light in a straight fibre: the median over 992 pairs of Regions
/// (cloudping.co, one year to May 2025; 1.46 at the tenth percentile, 2.84 at the ninetieth).
pub(crate) const PATH_INFLATION: f64 = 1.79;

/// The speed of light in vacuum, 299,792.458 km/s, over the refractive index of single-mode fibre, 1.468.
pub(crate) const FIBRE_KM_PER_SECOND: f64 = 299_792.458 / 1.468;

#[cfg(test)]
mod tests {
    use super::*;
    use sts_model::Coordinates;

    fn place(latitude: f64, longitude: f64) -> Coordinates {
        Coordinates {
            latitude,
            longitude,
        }
    }

    fn region(name: &str) -> &'static Region {
        Region::named(name).expect("the catalogue has the Region")
    }

    #[test]
    fn distances_agree_with_published_ones() {
        let frankfurt = place(50.1109, 8.6821);
        for (what, from, to, km) in [
            (
                "Frankfurt to Washington",
                frankfurt,
                place(38.9072, -77.0369),
                6_550.0,
            ),
            (
                "London to Paris",
                place(51.5074, -0.1278),
                place(48.8566, 2.3522),
                344.0,
            ),
            (
                "London to Sydney",
                place(51.5074, -0.1278),
                place(-33.8688, 151.2093),
                16_994.0,
            ),
            (
                "pole to pole",
                place(90.0, 0.0),
                place(-90.0, 0.0),
                20_015.0,
            ),
            (
                "across the date line",
                place(0.0, 179.5),
                place(0.0, -179.5),
                111.2,
            ),
        ] {
            let found = from.kilometres_to(to);
            assert!(
                (found - km).abs() < km * 0.005,
                "{what}: {found} km, published {km} km"
            );
        }
    }

    #[test]
    fn frankfurt_sees_the_regions_within_a_factor_of_their_measured_round_trips() {
        // Medians over one year to May 2025 by cloudping.co, in milliseconds.
        for (name, measured) in [
            ("us-east-1", 92.6),
            ("eu-west-1", 26.9),
            ("ap-southeast-2", 251.5),
            ("sa-east-1", 203.9),
            ("eu-west-3", 12.2),
        ] {
            let modelled = round_trip(region("eu-central-1"), region(name)).as_secs_f64() * 1e3;
            let factor = modelled / measured;
            assert!(
                (0.6..1.5).contains(&factor),
                "{name}: modelled {modelled} ms, measured {measured} ms"
            );
        }
    }

    #[test]
    fn a_round_trip_is_the_same_both_ways_and_never_below_the_floor() {
        for a in sts_model::REGIONS {
            for b in sts_model::REGIONS {
                let there = round_trip(a, b);
                assert_eq!(there, round_trip(b, a), "{} and {}", a.name, b.name);
                assert!(
                    there >= SHORTEST_ROUND_TRIP,
                    "{} and {}: {there:?}",
                    a.name,
                    b.name
                );
            }
        }
    }

    #[test]
    fn the_own_region_and_unplaced_regions_have_fixed_round_trips() {
        assert_eq!(
            round_trip(region("eu-west-1"), region("eu-west-1")),
            OWN_REGION_ROUND_TRIP
        );
        let unplaced = Region {
            coordinates: None,
            ..*region("us-iso-east-1")
        };
        assert_eq!(
            round_trip(region("eu-west-1"), &unplaced),
            UNPLACED_ROUND_TRIP
        );
    }
}
