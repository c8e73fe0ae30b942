//! Regions and partitions by name, and Regions by the city that people call them by.

use super::region::{Activation, Partition, Region};
use super::regions::{PARTITIONS, REGIONS};
use crate::nearest::nearest;

impl Region {
    /// The Region of that exact name.
    pub fn named(name: &str) -> Option<&'static Region> {
        REGIONS.iter().find(|region| region.name == name)
    }

    /// Whether an account has to enable the Region of that name before it takes the account's keys.
    pub fn has_to_be_enabled(name: &str) -> bool {
        Self::named(name).is_some_and(|region| region.activation == Activation::OptIn)
    }

    /// The Region that an older name with `fips` in it means: `us-east-1` of `fips-us-east-1` and of `us-east-1-fips`. Those were
    /// names of its FIPS endpoints, and AWS's SDKs and CLI still take them so.
    pub fn of_fips_name(text: &str) -> Option<&str> {
        let plain = text
            .strip_prefix("fips-")
            .or_else(|| text.strip_suffix("-fips"))?;
        (!plain.is_empty()).then_some(plain)
    }

    /// Whether the text is named as AWS names Regions, as those that are newer than the table are: where, a direction of the
    /// compass in it, and a number.
    pub fn is_named_like_one(text: &str) -> bool {
        let mut parts = text.rsplit('-');
        let number = parts.next().unwrap_or_default();
        let direction = parts.next().unwrap_or_default();
        let (first, second) = DIRECTIONS;
        let is_direction = second.contains(&direction)
            || first.iter().any(|&first| {
                let rest = direction.strip_prefix(first);
                rest.is_some_and(|rest| rest.is_empty() || second.contains(&rest))
            });
        let mut place = parts.peekable();
        let is_place = |part: &str| !part.is_empty() && part.bytes().all(is_lower_or_digit);
        is_number(number) && is_direction && place.peek().is_some() && place.all(is_place)
    }

    /// The Region that people call by that city or area: `Frankfurt`, `hong-kong`, `Ireland`, `virginia`. Case, blanks,
    /// hyphens and accents do not matter. Where several have the name, the commercial one is meant.
    pub fn in_city(text: &str) -> Option<&'static Region> {
        let wanted = letters(text);
        if wanted.is_empty() {
            return None;
        }
        let found = |names: fn(&Region) -> Option<&'static str>| {
            // The commercial partition stands first in the table.
            REGIONS
                .iter()
                .find(|region| names(region).is_some_and(|name| letters(name) == wanted))
        };
        found(|region| region.city).or_else(|| found(Region::area))
    }

    /// The name or city that resembles `text`: what was probably meant, as it can be typed.
    pub fn nearest_name(text: &str) -> Option<String> {
        let cities: Vec<String> = REGIONS
            .iter()
            .filter_map(|region| region.city.map(as_typed))
            .collect();
        let names = REGIONS.iter().map(|region| region.name);
        nearest(
            &as_typed(text),
            names.chain(cities.iter().map(String::as_str)),
        )
        .map(str::to_owned)
    }

    /// The part of its description in brackets: `Ireland` of `Europe (Ireland)`. `Central` names no place.
    fn area(&self) -> Option<&'static str> {
        let (_, rest) = self.description.split_once('(')?;
        let area = rest.strip_suffix(')')?;
        (!["Central", "US-East", "US-West"].contains(&area)).then_some(area)
    }
}

/// A place's name as one typed word: `hong-kong`.
pub(super) fn as_typed(place: &str) -> String {
    let parts: Vec<String> = place
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(|part| part.chars().map(unaccented).collect())
        .collect();
    parts.join("-")
}

/// A place's letters alone, without the `N.` of N. Virginia.
fn letters(place: &str) -> String {
    let typed = as_typed(place);
    typed.strip_prefix("n-").unwrap_or(&typed).replace('-', "")
}

/// The letter in lower case, without the accents that cities of the table have in their own languages.
fn unaccented(letter: char) -> char {
    match letter.to_lowercase().next().unwrap_or(letter) {
        'á' | 'ã' => 'a',
        'é' => 'e',
        'ü' => 'u',
        other => other,
    }
}

impl Partition {
    /// Whether the name stands for a partition where a Region is expected, such as `aws-global`: it says which endpoint is
    /// called, and is no place.
    pub fn is_pseudo_region(name: &str) -> bool {
        PARTITIONS
            .iter()
            .any(|partition| partition.pseudo_region == Some(name))
    }

    /// The partition of a Region, also of one that is newer than the table: the one that lists it, else the first whose
    /// Regions have names like it, else the commercial one. So do AWS's SDKs (Smithy, "aws.partition function").
    pub fn of_region(name: &str) -> &'static Partition {
        let listed = Region::named(name).map(|region| region.partition);
        PARTITIONS
            .iter()
            .find(|partition| listed == Some(partition.id) || partition.pseudo_region == Some(name))
            .or_else(|| {
                PARTITIONS
                    .iter()
                    .find(|partition| partition.has_names_like(name))
            })
            .unwrap_or(&PARTITIONS[0])
    }

    fn has_names_like(&self, name: &str) -> bool {
        self.region_prefixes.iter().any(|prefix| {
            name.strip_prefix(prefix)
                .and_then(|rest| rest.strip_prefix('-'))
                .and_then(|rest| rest.split_once('-'))
                .is_some_and(|(word, number)| is_word(word) && is_number(number))
        })
    }
}

/// Of `northeast` and its like what may come first, and what may come second or alone.
const DIRECTIONS: ([&str; 2], [&str; 3]) = (["north", "south"], ["central", "east", "west"]);

fn is_lower_or_digit(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_found_by_its_city_or_area_however_it_is_written() {
        for (text, name) in [
            ("Frankfurt", "eu-central-1"),
            ("frankfurt", "eu-central-1"),
            ("hong kong", "ap-east-1"),
            ("Hong-Kong", "ap-east-1"),
            ("HongKong", "ap-east-1"),
            ("São Paulo", "sa-east-1"),
            ("Zürich", "eu-central-2"),
            ("Dublin", "eu-west-1"),
            ("Ireland", "eu-west-1"),
            ("N. Virginia", "us-east-1"),
            ("virginia", "us-east-1"),
            ("ohio", "us-east-2"),
            ("oregon", "us-west-2"),
            ("beijing", "cn-north-1"),
        ] {
            let found = Region::in_city(text).map(|region| region.name);
            assert_eq!(found, Some(name), "{text}");
        }
        for text in [
            "",
            "-",
            "central",
            "eu-central-1",
            "us-east",
            "atlantis",
            "global",
        ] {
            assert_eq!(Region::in_city(text), None, "{text}");
        }
        assert_eq!(
            Region::nearest_name("Frankfrut").as_deref(),
            Some("frankfurt")
        );
        assert_eq!(
            Region::nearest_name("eu-cental-1").as_deref(),
            Some("eu-central-1")
        );
        assert_eq!(Region::nearest_name("zzz"), None);
    }

    #[test]
    fn every_city_of_the_table_names_its_own_region_and_no_other() {
        let placed = REGIONS
            .iter()
            .filter_map(|region| Some((region, region.city?)));
        assert!(placed.clone().count() >= 39);
        for (region, city) in placed {
            assert_eq!(
                Region::in_city(city).map(|found| found.name),
                Some(region.name)
            );
            assert!(region.coordinates.is_some(), "{city}");
        }
        assert!(
            REGIONS
                .iter()
                .all(|region| region.coordinates.is_some() == region.city.is_some())
        );
    }
}
