//! The date: numbers in an order that tells, with what is known of them, which is the year.

use time::Month;

use super::names::month;
use super::numbers::whole;

/// The numbers of a date in the order in which they stand, and what is known of them.
#[derive(Default)]
pub(super) struct DateParts {
    pub(super) values: Vec<i64>,
    year: Option<usize>,
    month: Option<usize>,
    /// Whether a year was written with its century.
    pub(super) century: bool,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum DatePart {
    Year,
    Month,
}

impl DateParts {
    pub(super) fn push(&mut self, value: i64, part: Option<DatePart>) -> Option<()> {
        let known = match part {
            Some(DatePart::Year) => &mut self.year,
            Some(DatePart::Month) => &mut self.month,
            None => {
                self.values.push(value);
                return Some(());
            }
        };
        if known.is_some() {
            return None;
        }
        *known = Some(self.values.len());
        self.values.push(value);
        Some(())
    }

    /// A number as it is written: three digits or more are a year.
    pub(super) fn push_text(&mut self, token: &str) -> Option<()> {
        let value = whole(token)?;
        self.century |= token.len() > 2;
        self.push(value, (token.len() > 2).then_some(DatePart::Year))
    }

    pub(super) fn push_name_or_number(&mut self, token: &str) -> Option<()> {
        match month(token) {
            Some(month) => self.push(month, Some(DatePart::Month)),
            None => self.push_text(token),
        }
    }

    pub(super) fn push_number(&mut self, value: i64) -> Option<()> {
        self.century |= value > 100;
        self.push(value, (value > 100).then_some(DatePart::Year))
    }

    pub(super) fn could_be_day(&self, value: i64) -> bool {
        let longest = match self.month.map(|at| self.values[at]) {
            None => Some(31),
            Some(month) => {
                let year = self.year.map_or(2000, |at| self.values[at]);
                u8::try_from(month)
                    .ok()
                    .and_then(|month| Month::try_from(month).ok())
                    .zip(i32::try_from(year).ok())
                    .map(|(month, year)| i64::from(month.length(year)))
            }
        };
        longest.is_some_and(|longest| (1..=longest).contains(&value))
    }

    /// Year, month and day.
    pub(super) fn resolved(&self) -> Option<(Option<i64>, Option<i64>, Option<i64>)> {
        let v = &self.values;
        Some(match (v.as_slice(), self.year, self.month) {
            ([], _, _) => (None, None, None),
            ([a], Some(_), None) => (Some(*a), None, None),
            ([a], _, Some(_)) => (None, Some(*a), None),
            ([a], None, None) if *a > 31 => (Some(*a), None, None),
            ([a], None, None) => (None, None, Some(*a)),
            (&[_, _], Some(year), Some(month)) => (Some(v[year]), Some(v[month]), None),
            (&[_, _], None, Some(month)) => match v[1 - month] {
                other @ 32.. => (Some(other), Some(v[month]), None),
                other => (None, Some(v[month]), Some(other)),
            },
            (&[a, b], _, None) if a > 31 => (Some(a), Some(b), None),
            (&[a, b], _, None) if b > 31 => (Some(b), Some(a), None),
            (&[a, b], _, None) => (None, Some(a), Some(b)),
            (&[_, _, _], Some(year), Some(month)) => {
                let day = 3 - year - month;
                (Some(v[year]), Some(v[month]), Some(v[day]))
            }
            (&[a, b, c], _, Some(0)) if b > 31 => (Some(b), Some(a), Some(c)),
            (&[a, b, c], _, Some(0)) => (Some(c), Some(a), Some(b)),
            (&[a, b, c], _, Some(1)) if a > 31 => (Some(a), Some(b), Some(c)),
            (&[a, b, c], _, Some(1)) => (Some(c), Some(b), Some(a)),
            (&[a, b, c], _, Some(_)) if b > 31 => (Some(b), Some(c), Some(a)),
            (&[a, b, c], _, Some(_)) => (Some(a), Some(c), Some(b)),
            (&[a, b, c], year, None) if a > 31 || year == Some(0) => (Some(a), Some(b), Some(c)),
            (&[a, b, c], _, None) if a > 12 => (Some(c), Some(b), Some(a)),
            (&[a, b, c], _, None) => (Some(c), Some(a), Some(b)),
            _ => return None,
        })
    }
}
