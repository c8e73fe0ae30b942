//! Moments as the AWS CLI reads them, by the rules of Python's `dateutil.parser`: RFC 3339, RFC 2822, ISO 8601 without
//! separators, months by name, offsets such as `+0000`, `UTC`, `Z`. A text is split into words and numbers, and each takes
//! the part of a moment that is still open. `tests/interop/test_credentials.py` compares a generated table with dateutil.
//!
//! A moment needs an offset: the AWS CLI cannot compare one without. The names of time zones other than UTC are refused.

mod clock;
mod date;
mod names;
mod numbers;
mod reading;
mod tokens;

pub(crate) use reading::{NoMoment, moment};
