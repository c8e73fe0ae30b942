//! The statistics of a gate.

use crate::judge::gate::condition::{Statistic, TimeStatistic};

use super::cursor::{Cursor, Mistake, did_you_mean, quoted};

pub(super) fn statistic(cursor: &mut Cursor<'_>) -> Result<Statistic, Mistake> {
    let column = cursor.column();
    let word = cursor.word();
    let at = |message: String| Err(Mistake::at(column, message));
    match word.as_str() {
        "" => Err(cursor.expected(STATISTICS)),
        "med" | "median" => Ok(Statistic::Time(TimeStatistic::Percentile(0.5))),
        "avg" | "mean" => Ok(Statistic::Time(TimeStatistic::Mean)),
        "error_rate" => Ok(Statistic::ErrorRate),
        "count" => Ok(Statistic::Count),
        "p" if cursor.take('(') => {
            let column = cursor.column();
            let percent = cursor.number()?;
            if !cursor.take(')') {
                return Err(cursor.expected("a closing parenthesis, such as in p(99.9)"));
            }
            percentile(percent, column)
        }
        "min" => at("the smallest answer only falls with the number of calls, so that no run proves a limit of it; \
                     name a low percentile, such as p(5)"
            .to_owned()),
        "max" => {
            at("the largest answer only grows with the number of calls, so that no run proves a limit of it; name a \
                     high percentile, such as p(99)"
                .to_owned())
        }
        "rate" => at("rate of what? The share of calls that failed is error_rate".to_owned()),
        other => match other.strip_prefix('p').filter(|digits| digits.starts_with(|c: char| c.is_ascii_digit())) {
            Some(digits) => match digits.parse() {
                Ok(percent) => percentile(percent, column),
                Err(_) => at(format!("{} is no percentile; write it as p99 or p(99.9)", quoted(other))),
            },
            None => {
                at(format!("unknown statistic {}{}; expected {STATISTICS}", quoted(other), percentile_or_near(other)))
            }
        },
    }
}

/// `; did you mean …?` for a statistic in capitals, or a near miss.
fn percentile_or_near(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let digits = lower.strip_prefix('p').unwrap_or_default();
    if digits
        .parse()
        .is_ok_and(|percent: f64| percent > 0.0 && percent < 100.0)
    {
        return format!("; did you mean {lower}?");
    }
    did_you_mean(word, KNOWN)
}

/// The statistics that a near miss is measured against.
pub(super) const KNOWN: [&str; 7] = ["p50", "med", "median", "avg", "mean", "error_rate", "count"];
pub(super) const STATISTICS: &str = "a statistic (p50, p(99.9), med, avg, mean, error_rate, count)";

fn percentile(percent: f64, column: usize) -> Result<Statistic, Mistake> {
    // Dividing the nearest number to 99.9 by 100 misses the nearest one to 0.999; by way of whole numbers it is found.
    let share = (percent * 1e10).round() / 1e12;
    if share > 0.0 && share < 1.0 {
        return Ok(Statistic::Time(TimeStatistic::Percentile(share)));
    }
    // p999 is how some write p99.9.
    let meant = percent / 10_f64.powi(percent.max(1.0).log10().floor() as i32 - 1);
    let hint = if percent > 100.0 && meant >= 90.0 {
        format!("; did you mean p({meant})?")
    } else {
        String::new()
    };
    Err(Mistake::at(
        column,
        format!("a percentile lies between 0 and 100, both excluded{hint}"),
    ))
}
