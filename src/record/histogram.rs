//! Durations counted in nanoseconds at three significant digits, kept compressed.
//!
//! A dense histogram over this range takes 150 kB and a run keeps thousands of them, so each is held in HdrHistogram's own
//! V2 encoding (a few hundred bytes to a few kilobytes), and new values wait in a short list until there are enough to be
//! worth decoding for.

use std::sync::LazyLock;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hdrhistogram::serialization::{Deserializer, Serializer, V2Serializer};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::folding::{folded, index_of};

/// A distribution of durations: 1 ns to 1 hour, three significant digits, integer nanoseconds.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Histogram {
    /// All but the last values; empty for none.
    encoded: Vec<u8>,
    /// How many these are.
    folded: u64,
    pending: Vec<u64>,
}

/// Why a stored histogram cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum HistogramError {
    /// Not base64.
    #[error("histogram is not base64")]
    Base64,
    /// Larger than any that is written.
    #[error("histogram of {0} characters; the limit is 1000000")]
    TooLarge(usize),
    /// Not HdrHistogram's V2 form, or over another range.
    #[error("histogram is not in HdrHistogram's V2 form over 1 ns to 1 h at 3 digits: {0}")]
    Form(String),
}

impl Histogram {
    /// Longest duration that is counted exactly; longer ones are counted as this.
    pub const MAX: Duration = Duration::from_secs(3600);

    /// Counts one duration; below 1 ns counts as 1 ns.
    pub fn record(&mut self, duration: Duration) {
        let nanoseconds = u64::try_from(duration.as_nanos())
            .unwrap_or(u64::MAX)
            .clamp(1, MAX_NS);
        self.pending.push(nanoseconds);
        if self.pending.len() >= PENDING {
            self.fold();
        }
    }

    /// Puts the new values to the others.
    fn fold(&mut self) {
        let mut indices: Vec<u32> = self.pending.iter().copied().map(index_of).collect();
        indices.sort_unstable();
        let payload = folded(self.encoded.get(HEAD_BYTES..).unwrap_or_default(), &indices);
        let length = u32::try_from(payload.len()).expect("33,000 counts of 9 bytes at most");
        self.encoded = [&HEAD[..HEAD_BYTES], &payload].concat();
        self.encoded[4..8].copy_from_slice(&length.to_be_bytes());
        self.folded = self.folded.saturating_add(self.pending.len() as u64);
        self.pending.clear();
    }

    /// Adds every count of `other`.
    pub fn merge(&mut self, other: &Self) {
        *self = Self::sum([&*self, other]);
    }

    /// How many durations were counted.
    pub fn len(&self) -> u64 {
        self.folded.saturating_add(self.pending.len() as u64)
    }

    /// Whether every count is one of `parts` and every one of theirs is here.
    pub fn is_sum_of<'a>(&self, parts: impl IntoIterator<Item = &'a Self>) -> bool {
        let mut sum = empty();
        parts
            .into_iter()
            .for_each(|part| sum.add(part.to_hdr()).expect("both have the same range"));
        sum == self.to_hdr()
    }

    /// The longest that was counted, at most 0.1 % more than it was; `None` of none.
    pub fn max(&self) -> Option<Duration> {
        (!self.is_empty()).then(|| Duration::from_nanos(self.to_hdr().max()))
    }

    /// Every count of all of `parts`.
    pub fn sum<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut filled = parts.into_iter().filter(|part| !part.is_empty());
        let Some(first) = filled.next() else {
            return Self::default();
        };
        let Some(second) = filled.next() else {
            return first.clone();
        };
        let mut sum = first.to_hdr();
        for part in std::iter::once(second).chain(filled) {
            sum.add(part.to_hdr()).expect("both have the same range");
        }
        Self {
            encoded: encode(&sum),
            folded: sum.len(),
            pending: Vec::new(),
        }
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As it stands in files.
    pub(crate) fn to_text(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        // Not deflated: most are shorter without, and nothing that is read can grow beyond what was in the file.
        match self.pending.as_slice() {
            [] => STANDARD_NO_PAD.encode(&self.encoded),
            _ => STANDARD_NO_PAD.encode(encode(&self.to_hdr())),
        }
    }

    /// The distribution in the crate's own form, for quantiles and logs.
    pub fn to_hdr(&self) -> hdrhistogram::Histogram<u64> {
        let folded = |encoded: &[u8]| decode(encoded).expect("it was encoded here or read before");
        let mut hdr = if self.encoded.is_empty() {
            empty()
        } else {
            folded(&self.encoded)
        };
        self.pending
            .iter()
            .for_each(|&value| hdr.saturating_record(value));
        hdr
    }
}

impl PartialEq for Histogram {
    fn eq(&self, other: &Self) -> bool {
        self.to_hdr() == other.to_hdr()
    }
}

impl std::fmt::Debug for Histogram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let hdr = self.to_hdr();
        write!(
            f,
            "Histogram({} values, {}–{} ns)",
            hdr.len(),
            hdr.min(),
            hdr.max()
        )
    }
}

impl From<Histogram> for String {
    fn from(histogram: Histogram) -> Self {
        histogram.to_text()
    }
}

impl TryFrom<String> for Histogram {
    type Error = HistogramError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        if text.len() > MAX_TEXT {
            return Err(HistogramError::TooLarge(text.len()));
        }
        let bytes = STANDARD_NO_PAD
            .decode(text)
            .map_err(|_| HistogramError::Base64)?;
        // The head says how much memory the rest wants, so it has to be the one that this module writes.
        let head = &HEAD;
        let payload = bytes
            .len()
            .checked_sub(HEAD_BYTES)
            .and_then(|length| u32::try_from(length).ok());
        let announced = payload.map(u32::to_be_bytes);
        if bytes.get(..4) != head.get(..4)
            || bytes.get(4..8) != announced.as_ref().map(|length| &length[..])
        {
            return Err(HistogramError::Form(
                "its cookie or length is another".to_owned(),
            ));
        }
        if bytes.get(8..HEAD_BYTES) != head.get(8..HEAD_BYTES) {
            return Err(HistogramError::Form("its range is another".to_owned()));
        }
        let folded = decode(&bytes)
            .map_err(|e| HistogramError::Form(e.to_string()))?
            .len();
        Ok(Self {
            encoded: bytes,
            folded,
            pending: Vec::new(),
        })
    }
}

const MAX_NS: u64 = 3_600_000_000_000;
/// Cookie, length of the payload, offset and digits of 4 bytes each, then low, high and ratio of 8 bytes each.
const HEAD_BYTES: usize = 40;
static HEAD: LazyLock<Vec<u8>> = LazyLock::new(|| encode(&empty()));
const DIGITS: u8 = 3;
const PENDING: usize = 128;
const MAX_TEXT: usize = 1_000_000;

fn empty() -> hdrhistogram::Histogram<u64> {
    hdrhistogram::Histogram::new_with_bounds(1, MAX_NS, DIGITS).expect("the range is a valid one")
}

fn encode(hdr: &hdrhistogram::Histogram<u64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    V2Serializer::new()
        .serialize(hdr, &mut bytes)
        .expect("a vector takes any bytes");
    bytes.shrink_to_fit();
    bytes
}

fn decode(
    mut bytes: &[u8],
) -> Result<hdrhistogram::Histogram<u64>, hdrhistogram::serialization::DeserializeError> {
    Deserializer::new().deserialize(&mut bytes)
}

#[cfg(test)]
mod tests {
    use hdrhistogram::serialization::V2DeflateSerializer;
    use proptest::prelude::*;

    use super::*;

    fn of(values: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        values
            .into_iter()
            .for_each(|ns| histogram.record(Duration::from_nanos(ns)));
        histogram
    }

    #[test]
    fn what_was_counted_survives_the_round_trip_through_text() {
        let histogram = of((1..10_000).map(|i| i * 12_345));
        let text = String::from(histogram.clone());
        assert_eq!(Histogram::try_from(text), Ok(histogram));
        assert_eq!(Histogram::try_from(String::new()), Ok(Histogram::default()));
    }

    #[test]
    fn a_compressed_histogram_counts_as_a_dense_one_does() {
        let values: Vec<u64> = (0..5000)
            .map(|i| 1_000_000 + (i * 7_919) % 90_000_000)
            .collect();
        let mut dense = empty();
        values
            .iter()
            .for_each(|&v| dense.record(v).expect("in range"));
        assert_eq!(of(values).to_hdr(), dense);
    }

    proptest! {
        #[test]
        fn values_are_folded_into_the_bytes_that_the_crate_would_write(
            values in prop::collection::vec(prop_oneof![0..5_000_u64, 0..u64::MAX, 1_000_000..2_000_000_u64], 0..1000),
        ) {
            let histogram = of(values.iter().copied());
            let mut dense = empty();
            values.iter().for_each(|&value| dense.saturating_record(value.clamp(1, MAX_NS)));
            let text = histogram.to_text();
            let whole = if values.is_empty() { String::new() } else { STANDARD_NO_PAD.encode(encode(&dense)) };
            prop_assert_eq!(text, whole);
            let folded = values.len() / PENDING * PENDING;
            if folded > 0 {
                let mut dense = empty();
                values[..folded].iter().for_each(|&value| dense.saturating_record(value.clamp(1, MAX_NS)));
                prop_assert_eq!((histogram.encoded, histogram.folded), (encode(&dense), folded as u64));
            }
        }
    }

    #[test]
    fn merging_is_commutative_and_loses_nothing() {
        let (a, b) = (of([5, 70_000]), of((1..300).map(|i| i * 1000)));
        let (mut ab, mut ba) = (a.clone(), b.clone());
        ab.merge(&b);
        ba.merge(&a);
        assert_eq!(ab, ba);
        assert_eq!(ab.to_hdr().len(), 301);
        assert_eq!(Histogram::sum([&a, &Histogram::default(), &b]), ab);
        assert_eq!(
            (Histogram::sum([&a]), Histogram::sum([])),
            (a, Histogram::default())
        );
    }

    #[test]
    fn durations_out_of_range_are_counted_at_the_ends() {
        let hdr = of([0, u64::MAX]).to_hdr();
        assert_eq!((hdr.len(), hdr.min()), (2, 1));
        assert!(hdr.max() >= MAX_NS);
    }

    #[test]
    fn bad_69_and_74_foreign_histograms_are_refused() {
        assert_eq!(
            Histogram::try_from("%".to_owned()),
            Err(HistogramError::Base64)
        );
        assert_eq!(
            Histogram::try_from("A".repeat(MAX_TEXT + 1)),
            Err(HistogramError::TooLarge(MAX_TEXT + 1))
        );
        assert!(matches!(
            Histogram::try_from("AAAA".to_owned()),
            Err(HistogramError::Form(_))
        ));
        let other = hdrhistogram::Histogram::<u64>::new_with_bounds(1, 1000, 2).expect("valid");
        assert!(matches!(
            Histogram::try_from(STANDARD_NO_PAD.encode(encode(&other))),
            Err(HistogramError::Form(_))
        ));
    }

    #[test]
    fn bad_74_a_histogram_that_announces_gigabytes_is_refused_by_its_head() {
        let mut bytes = encode(&of([5]).to_hdr());
        bytes[4..8].copy_from_slice(&u32::MAX.to_be_bytes());
        assert!(matches!(
            Histogram::try_from(STANDARD_NO_PAD.encode(&bytes)),
            Err(HistogramError::Form(_))
        ));
        let mut deflated = Vec::new();
        V2DeflateSerializer::new()
            .serialize(&empty(), &mut deflated)
            .expect("a vector takes any bytes");
        assert!(matches!(
            Histogram::try_from(STANDARD_NO_PAD.encode(deflated)),
            Err(HistogramError::Form(_))
        ));
    }

    proptest! {
        #[test]
        fn any_payload_is_read_or_refused_without_a_panic(payload in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = encode(&empty());
            bytes.truncate(HEAD_BYTES);
            bytes[4..8].copy_from_slice(&(payload.len() as u32).to_be_bytes());
            bytes.extend(payload);
            if let Ok(read) = Histogram::try_from(STANDARD_NO_PAD.encode(bytes)) {
                prop_assert_eq!(Histogram::try_from(String::from(read.clone())), Ok(read));
            }
        }
    }
}
