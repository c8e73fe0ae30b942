//! Regions and partitions by name.

use super::region::{Partition, Region};
use super::regions::{PARTITIONS, REGIONS};

impl Region {
    /// The Region of that exact name.
    pub fn named(name: &str) -> Option<&'static Region> {
        REGIONS.iter().find(|region| region.name == name)
    }
}

impl Partition {
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

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}
