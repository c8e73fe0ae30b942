//! The grammar of gates, which is k6's for thresholds where that has a word:
//!
//! ```text
//! gate      = side operator side
//! side      = statistic [ "*" number | "/" statistic ] | number [ unit ] [ "*" statistic ]
//! statistic = ( "p" number | "p(" number ")" | "med" | "median" | "avg" | "mean" | "error_rate" | "count" )
//!             [ "(" selectors ")" ] [ "{" selectors "}" ]
//! selectors = selector { "," selector }
//! selector  = "global" | "regional" | "baseline" | "candidate" | endpoint | "endpoint:" … | "operation:" … | "connection:" …
//! operator  = "<" | "<=" | ">" | ">="
//! unit      = "ns" | "us" | "µs" | "ms" | "s" | "%"
//! ```
//!
//! It reads no plan: whether a gate means anything for a run is asked afterwards.

mod cursor;
mod parse;
#[cfg(test)]
mod parse_tests;
mod selectors;
mod statistic;

pub(super) use cursor::{did_you_mean, quoted};
pub(super) use parse::condition;
