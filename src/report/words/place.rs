//! Sentences about the place that was measured from: its Region and its name.

use std::fmt;

use crate::place::{EphemeralHost, LocalRegion};
use sts_model::{REGION_TABLE_SOURCE, Region};

/// That a Region is taken although this build does not know it.
pub(super) fn unknown_region(f: &mut fmt::Formatter<'_>, region: &LocalRegion) -> fmt::Result {
    write!(
        f,
        "{} ({}) is not in this build's table of Regions ({REGION_TABLE_SOURCE}); it is used as given",
        region.name, region.source
    )?;
    match Region::in_city(&region.name) {
        Some(meant) => write!(f, "; did you mean {}?", meant.name),
        None => Ok(()),
    }
}

/// That the Region is said by a name of its FIPS endpoint, and what is measured.
pub(super) fn fips_name(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    region: &LocalRegion,
) -> fmt::Result {
    write!(
        f,
        "{name} ({}) is an older name of the FIPS endpoint of {}, which AWS's tools then call; here and near:N are endpoints \
         without FIPS, so give fips:here to measure it",
        region.source, region.name
    )
}

/// That the name of the place does not last, and how to give it one that does.
pub(super) fn ephemeral_name(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    why: EphemeralHost,
) -> fmt::Result {
    let what = match why {
        EphemeralHost::Pod => "pod",
        EphemeralHost::Container => "container",
        EphemeralHost::Address => "instance",
        EphemeralHost::Runner => "job",
    };
    write!(
        f,
        "this place is called {name} after its host, and each {what} has another name; history compares runs by that \
         name, so set --vantage or STSBENCH_VANTAGE"
    )
}

/// A Region and where it was found.
pub(crate) fn found(region: &LocalRegion) -> String {
    format!("{}, from {}", region.name, region.source)
}

/// That no Region is configured, and what says it.
pub(crate) const NO_REGION: &str =
    "no Region is configured here: --region or AWS_REGION says which one your SDK calls";

/// That the Region of the place was not measured.
pub(crate) fn not_measured(region: &LocalRegion) -> String {
    format!(
        "{} is the Region configured here ({}), and its endpoint was not measured: add here to --endpoints",
        region.name, region.source
    )
}

/// That the endpoint of the Region of the place has no p50.
pub(crate) fn without_median(region: &LocalRegion) -> String {
    format!(
        "{} is the Region configured here ({}), and its endpoint gave no p50: see its failed calls",
        region.name, region.source
    )
}

/// That another Region's endpoint is faster than that of the place.
pub(crate) fn faster_elsewhere(region: &LocalRegion, fastest: &str, times: [String; 2]) -> String {
    let [fastest_p50, own_p50] = times;
    format!(
        "{fastest} is faster than {}, the Region configured here ({}): p50 {fastest_p50} against {own_p50}",
        region.name, region.source
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::SessionNotice;
    use crate::place::RegionSource;

    #[test]
    fn a_city_in_the_place_of_a_region_and_a_name_that_changes_are_told() {
        let region = |name: &str| {
            SessionNotice::UnknownRegion(LocalRegion {
                name: name.to_owned(),
                source: RegionSource::Option,
            })
        };
        let city = region("frankfurt").to_string();
        assert!(city.starts_with("frankfurt (--region) is not in"), "{city}");
        assert!(city.ends_with("did you mean eu-central-1?"), "{city}");
        assert!(
            region("eu-north-9")
                .to_string()
                .ends_with("it is used as given")
        );
        let fleeting = SessionNotice::EphemeralName {
            name: "3f2a9c0d1e4b".to_owned(),
            why: EphemeralHost::Container,
        };
        assert!(
            fleeting
                .to_string()
                .contains("each container has another name"),
            "{fleeting}"
        );
    }
}
