//! The Region of this machine, and where it was found.

use serde::{Deserialize, Serialize};
use sts_model::Region;

use crate::credentials::CallerWords;

use super::error::PlaceError;
use super::source::RegionSource;

/// The Region that an AWS SDK on this machine would call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalRegion {
    /// Its name, such as `eu-central-1`; it may be newer than this build's table.
    pub name: String,
    /// Where it was found.
    pub source: RegionSource,
}

impl LocalRegion {
    /// `text`, if it can be the name of a Region; the Region of an older name with `fips` in it. What is measured there is for
    /// others to say.
    ///
    /// # Errors
    /// [`PlaceError::Region`] otherwise; it names `source`.
    pub(super) fn new(text: &str, source: RegionSource) -> Result<Self, PlaceError> {
        if is_label(text) {
            Ok(Self {
                name: Region::of_fips_name(text).unwrap_or(text).to_owned(),
                source,
            })
        } else {
            let value = text.chars().take(MOST_SHOWN).collect();
            Err(PlaceError::Region {
                options: CallerWords::Run,
                source_name: source,
                value,
            })
        }
    }

    /// Whether this build's table has the Region.
    pub fn is_known(&self) -> bool {
        Region::named(&self.name).is_some()
    }
}

/// Whether `text` can be a part of a host name between dots, in lower case (RFC 1123, section 2.1).
pub(crate) fn is_label(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(fits)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Characters of a wrong value that an error shows.
const MOST_SHOWN: usize = 64;

/// The Region of a zone: `us-west-2` of `us-west-2a`, of the local zone `us-west-2-lax-1a` and of the Wavelength zone
/// `us-west-2-wl1-las-wlz-1`.
pub(super) fn region_of_zone(zone: &str) -> Option<&str> {
    let digit = zone.find(|c: char| c.is_ascii_digit())?;
    let rest = &zone[digit..];
    let digits = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    Some(&zone[..digit + digits])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_lies_in_a_region() {
        for (zone, region) in [
            ("eu-central-1a", "eu-central-1"),
            ("us-west-2-lax-1a", "us-west-2"),
            ("us-east-1-wl1-bos-wlz-1", "us-east-1"),
            ("us-gov-west-1b", "us-gov-west-1"),
            ("cn-north-1a", "cn-north-1"),
            ("xx-new-12c", "xx-new-12"),
        ] {
            assert_eq!(region_of_zone(zone), Some(region), "{zone}");
        }
        assert_eq!(region_of_zone("nowhere"), None);
        assert_eq!(region_of_zone(""), None);
    }

    #[test]
    fn what_cannot_be_part_of_a_host_name_is_refused_and_its_source_is_named() {
        let long = "x".repeat(64);
        for text in [
            "",
            "EU-central-1",
            "eu central 1",
            "eu.central",
            "-eu",
            "eu-",
            "é",
            &long,
        ] {
            let source = RegionSource::Variable("AWS_REGION".to_owned());
            let error = LocalRegion::new(text, source).expect_err("refused");
            assert!(error.to_string().starts_with("AWS_REGION: "), "{error}");
        }
        let known = LocalRegion::new("eu-central-1", RegionSource::Option).expect("a Region");
        for older in ["fips-us-gov-west-1", "us-gov-west-1-fips", "us-gov-west-1"] {
            let region = LocalRegion::new(older, RegionSource::Option).expect("a Region");
            assert_eq!(
                (&region.name[..], region.is_known()),
                ("us-gov-west-1", true)
            );
        }
        let newer = LocalRegion::new("eu-north-9", RegionSource::Option).expect("well formed");
        assert!(known.is_known() && !newer.is_known());
    }

    #[test]
    fn a_region_is_stored_with_its_source() {
        let source = RegionSource::Variable("AWS_REGION".to_owned());
        let region = LocalRegion::new("us-west-2", source).expect("a Region");
        let json = serde_json::to_string(&region).expect("JSON");
        assert_eq!(
            json,
            r#"{"name":"us-west-2","source":{"kind":"variable","name":"AWS_REGION"}}"#
        );
        assert_eq!(
            serde_json::from_str::<LocalRegion>(&json).expect("read"),
            region
        );
        let own = LocalRegion::new("us-west-2", RegionSource::InstanceMetadata).expect("a Region");
        let json = serde_json::to_string(&own).expect("JSON");
        assert_eq!(
            serde_json::from_str::<LocalRegion>(&json).expect("read"),
            own
        );
    }
}
