//! Times that stand in one column or on one axis: all in one unit, so that they can be compared at a glance.

use super::language::Language;
use crate::report::words::numbers::{NOTHING, Rounding, decimal, duration, significant};

/// The unit of all times of a column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum TimeUnit {
    /// Each in its own, which they have in common.
    Own,
    /// So many nanoseconds, with their sign.
    Of(f64, &'static str),
}

impl TimeUnit {
    /// The unit of all `times`, ns: that of the greatest, or the next smaller one where it would leave the least without a
    /// digit among the first three decimals.
    pub(crate) fn of_all(times: impl Iterator<Item = f64>) -> Self {
        let times: Vec<f64> = times
            .filter(|time| time.is_finite() && *time > 0.0)
            .collect();
        let mut units: Vec<String> = times.iter().map(|&time| sign_of(time)).collect();
        units.sort_unstable();
        units.dedup();
        let greatest = times.iter().copied().fold(0.0, f64::max);
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        if units.len() < 2 {
            return Self::Own;
        }
        let own = sign_of(greatest);
        let smaller = UNITS.iter().skip_while(|(_, sign)| *sign != own);
        let fits = |unit: &&(f64, &'static str)| least / unit.0 >= LEAST;
        let chosen = smaller.clone().find(fits).or(smaller.last());
        chosen.map_or(Self::Own, |&(size, sign)| Self::Of(size, sign))
    }

    /// A time of the column, ns, in the language.
    pub(crate) fn write(self, language: Language, nanoseconds: f64) -> String {
        language.number(&self.english(nanoseconds))
    }

    fn english(self, nanoseconds: f64) -> String {
        let Self::Of(size, sign) = self else {
            return duration(nanoseconds);
        };
        let number = nanoseconds / size;
        if !number.is_finite() {
            return NOTHING.to_owned();
        }
        let text = match number.abs() {
            small if small > 0.0 && small < 0.9995 => {
                // Three digits behind the zeros that it begins with.
                let decimals = (2.0 - small.log10().floor()).clamp(3.0, 12.0);
                decimal(number, decimals as usize, Rounding::Nearest)
            }
            _ => significant(number, 3, Rounding::Nearest),
        };
        format!("{text} {sign}").replace('-', "−")
    }
}

/// The units, the greatest first, ns.
const UNITS: [(f64, &str); 4] = [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1.0, "ns")];
/// What the least of a column is at least, in its unit.
const LEAST: f64 = 0.001;

/// The unit that a time has on its own.
fn sign_of(nanoseconds: f64) -> String {
    let text = duration(nanoseconds);
    let sign = text.rsplit_once(' ').map(|(_, sign)| sign.to_owned());
    sign.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_a_column_have_one_unit_and_three_digits() {
        for (times, written) in [
            (vec![7.772e9, 15.3e9], vec!["7.77 s", "15.3 s"]),
            (vec![353e6, 15.3e9], vec!["0.353 s", "15.3 s"]),
            (vec![39.1e6, 15.3e9], vec!["0.0391 s", "15.3 s"]),
            (vec![0.9e6, 15.3e9], vec!["0.900 ms", "15300 ms"]),
            (vec![900e3, 1.2e6], vec!["0.900 ms", "1.20 ms"]),
            (vec![16.7e6, 353e6], vec!["16.7 ms", "353 ms"]),
            (vec![999.6e6, 15.3e9], vec!["1.00 s", "15.3 s"]),
            (vec![5e6], vec!["5.00 ms"]),
            (vec![], vec![]),
        ] {
            let unit = TimeUnit::of_all(times.iter().copied());
            let english = |&time: &f64| unit.write(Language::English, time);
            let found: Vec<String> = times.iter().map(english).collect();
            assert_eq!(found, written);
        }
        let unit = TimeUnit::of_all([353e6, 15.3e9].into_iter());
        assert_eq!(unit.write(Language::German, 353e6), "0,353 s");
    }
}
