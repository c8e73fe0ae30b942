//! More values into an encoded histogram. A dense one of this range has 33,000 counts, most of them zero, so decoding and
//! encoding it costs far more than going through the few hundred that are not.
//!
//! The payload of HdrHistogram's V2 form: one number for each count in order of its index; a negative one stands for so many
//! zeros. Numbers are zigzag coded and then written in 7 bits a byte, lowest first, the ninth byte whole (hdrhistogram,
//! `ZigZagEncoding`).

/// The payload `encoded`, which may be empty, with one more at each of `indices`, which ascend.
pub(super) fn folded(encoded: &[u8], indices: &[u32]) -> Vec<u8> {
    let mut written = WrittenCounts::with_room(encoded.len() + indices.len());
    let mut stored = StoredCounts {
        rest: encoded,
        index: 0,
    };
    let mut of_stored = stored.next();
    let runs = indices.chunk_by(|a, b| a == b);
    for run in runs {
        let (index, more) = (u64::from(run[0]), run.len() as u64);
        while let Some((earlier, count)) = of_stored.filter(|(at, _)| *at < index) {
            written.put(earlier, count);
            of_stored = stored.next();
        }
        let count = match of_stored {
            Some((at, count)) if at == index => {
                of_stored = stored.next();
                count
            }
            _ => 0,
        };
        written.put(index, count.saturating_add(more));
    }
    while let Some((index, count)) = of_stored {
        written.put(index, count);
        of_stored = stored.next();
    }
    written.bytes
}

/// Where a value is counted: the first 2,048 values each for themselves, beyond them 1,024 steps to each doubling, which is
/// what three significant digits take.
pub(super) fn index_of(value: u64) -> u32 {
    let doublings = (u64::BITS - STEPS_BITS) - (value | ((1 << STEPS_BITS) - 1)).leading_zeros();
    let step = (value >> doublings) as u32;
    (doublings << (STEPS_BITS - 1)) + step
}

/// 2,048 steps of the first doublings.
const STEPS_BITS: u32 = 11;

/// The counts of a payload that are not zero, with their indices.
struct StoredCounts<'a> {
    rest: &'a [u8],
    index: u64,
}

impl Iterator for StoredCounts<'_> {
    type Item = (u64, u64);

    fn next(&mut self) -> Option<(u64, u64)> {
        loop {
            let number = self.number()?;
            if number & 1 == 1 {
                self.index = self.index.saturating_add((number >> 1) + 1);
                continue;
            }
            let index = self.index;
            self.index = index.saturating_add(1);
            if number > 0 {
                return Some((index, number >> 1));
            }
        }
    }
}

impl StoredCounts<'_> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..MOST_BYTES {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            if place == MOST_BYTES - 1 {
                return Some(number | u64::from(byte) << (7 * place));
            }
            number |= u64::from(byte & 0x7F) << (7 * place);
            if byte < 0x80 {
                break;
            }
        }
        Some(number)
    }
}

/// Counts as they are written, in order of their indices.
struct WrittenCounts {
    bytes: Vec<u8>,
    /// After the last one.
    index: u64,
}

impl WrittenCounts {
    fn with_room(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            index: 0,
        }
    }

    fn put(&mut self, index: u64, count: u64) {
        match index - self.index {
            0 => {}
            // A single zero is written as itself.
            1 => self.bytes.push(0),
            zeros => self.number((zeros << 1) - 1),
        }
        self.number(count.min(i64::MAX as u64) << 1);
        self.index = index + 1;
    }

    fn number(&mut self, mut number: u64) {
        for _ in 1..MOST_BYTES {
            if number < 0x80 {
                break;
            }
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }
}

/// Of a number in a payload.
const MOST_BYTES: u32 = 9;
