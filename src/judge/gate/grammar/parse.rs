//! Sides and operators of a gate, and what they amount to together.

use crate::judge::gate::condition::{Condition, Operator, Selection, Statistic};

use super::cursor::{Cursor, Mistake, did_you_mean, quoted};
use super::selectors::selectors;
use super::statistic::{KNOWN, STATISTICS, statistic};

/// The condition in `text`.
pub(crate) fn condition(text: &str) -> Result<Condition, Mistake> {
    let mut cursor = Cursor::new(text);
    let left = part(&mut cursor)?;
    let operator = operator(&mut cursor)?;
    let right = part(&mut cursor)?;
    if !cursor.is_at_end() {
        return Err(cursor.expected("the end of the gate"));
    }
    match (left.what, right.what) {
        (What::Scaled(factor, term), What::Quantity(limit)) => {
            limited(term, operator, limit, factor)
        }
        (What::Quantity(limit), What::Scaled(factor, term)) => {
            limited(term, operator.mirrored(), limit, factor)
        }
        (What::Scaled(a, over), What::Scaled(b, under)) => {
            ratio(over, under, operator, b / a, right.column)
        }
        (What::Quotient(over, under), What::Quantity(q)) => {
            ratio(over, under, operator, q.factor()?, right.column)
        }
        (What::Quantity(q), What::Quotient(over, under)) => {
            ratio(over, under, operator.mirrored(), q.factor()?, right.column)
        }
        (What::Quantity(_), What::Quantity(_)) => Err(Mistake::at(
            left.column,
            format!("neither side is {STATISTICS}"),
        )),
        (What::Quotient(..) | What::Scaled(..), _) => Err(Mistake::at(
            right.column,
            "a quotient is compared with a number, such as p50(a)/p50(b) <= 0.8".to_owned(),
        )),
    }
}

/// A statistic of the selected targets.
struct Term {
    statistic: Statistic,
    of: Selection,
}

/// What stands on one side of the operator.
struct Part {
    what: What,
    column: usize,
}

enum What {
    Quantity(Quantity),
    Scaled(f64, Term),
    Quotient(Term, Term),
}

/// A number with its unit.
#[derive(Clone, Copy)]
struct Quantity {
    number: f64,
    unit: Unit,
    column: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Unit {
    None,
    Percent,
    Nanoseconds(f64),
}

impl Quantity {
    /// As what multiplies a statistic.
    fn factor(self) -> Result<f64, Mistake> {
        match self.unit {
            Unit::None => Ok(self.number),
            Unit::Percent => Ok(self.number / 100.0),
            Unit::Nanoseconds(_) => Err(Mistake::at(
                self.column,
                "a factor has no unit of time".to_owned(),
            )),
        }
    }
}

fn part(cursor: &mut Cursor<'_>) -> Result<Part, Mistake> {
    let column = cursor.column();
    if cursor.is_at_number() {
        let quantity = quantity(cursor)?;
        let what = match cursor.take('*') {
            true => What::Scaled(quantity.factor()?, term(cursor)?),
            false => What::Quantity(quantity),
        };
        return Ok(Part { what, column });
    }
    let first = term(cursor)?;
    let what = if cursor.take('*') {
        What::Scaled(quantity(cursor)?.factor()?, first)
    } else if cursor.take('/') {
        What::Quotient(first, term(cursor)?)
    } else {
        What::Scaled(1.0, first)
    };
    Ok(Part { what, column })
}

fn quantity(cursor: &mut Cursor<'_>) -> Result<Quantity, Mistake> {
    let column = cursor.column();
    let number = cursor.number()?;
    let at = cursor.column();
    let unit = match cursor.word().as_str() {
        "" => Unit::None,
        "%" => Unit::Percent,
        "ns" => Unit::Nanoseconds(1.0),
        "us" | "µs" | "μs" => Unit::Nanoseconds(1e3),
        "ms" => Unit::Nanoseconds(1e6),
        "s" => Unit::Nanoseconds(1e9),
        other if other.starts_with('p') || KNOWN.contains(&other) => {
            return Err(Mistake::at(
                at,
                "between a factor and its statistic stands a *".to_owned(),
            ));
        }
        other => {
            let hint = did_you_mean(other, ["ns", "us", "ms", "s"]);
            return Err(Mistake::at(
                at,
                format!(
                    "unknown unit {}{hint}; allowed: ns, us, ms, s, %",
                    quoted(other)
                ),
            ));
        }
    };
    if number <= 0.0 {
        return Err(Mistake::at(
            column,
            "a limit or factor has to be above 0".to_owned(),
        ));
    }
    Ok(Quantity {
        number,
        unit,
        column,
    })
}

fn operator(cursor: &mut Cursor<'_>) -> Result<Operator, Mistake> {
    const ALLOWED: &str = "allowed: <, <=, > and >=";
    let column = cursor.column();
    let sign = cursor.signs();
    if let Some(operator) = Operator::ALL
        .into_iter()
        .find(|operator| operator.as_str() == sign)
    {
        return Ok(operator);
    }
    let message = match sign.as_str() {
        "=" | "==" | "===" | "!=" | "!==" | "<>" => {
            format!("{sign} proves nothing about a number that is measured; {ALLOWED}")
        }
        "=<" | "≤" => format!("unknown operator {sign}; did you mean <=? {ALLOWED}"),
        "=>" | "≥" => format!("unknown operator {sign}; did you mean >=? {ALLOWED}"),
        _ => return Err(cursor.expected_at(column, "one of <, <=, > and >=")),
    };
    Err(Mistake::at(column, message))
}

/// A statistic with whose it is.
fn term(cursor: &mut Cursor<'_>) -> Result<Term, Mistake> {
    let statistic = statistic(cursor)?;
    let mut of = Selection::default();
    for (open, close) in [('(', ')'), ('{', '}')] {
        if cursor.take(open) {
            selectors(cursor, close, &mut of)?;
        }
    }
    Ok(Term { statistic, of })
}

fn limited(
    term: Term,
    operator: Operator,
    limit: Quantity,
    factor: f64,
) -> Result<Condition, Mistake> {
    let Quantity {
        number,
        unit,
        column,
    } = limit;
    let Term { statistic, of } = term;
    let at = |message: String| Err(Mistake::at(column, message));
    let value = match (statistic, unit) {
        (Statistic::Time(_), Unit::Nanoseconds(unit)) => number * unit,
        (Statistic::Time(_), Unit::None) => {
            return at(format!("a time needs its unit, such as {number}ms"));
        }
        (Statistic::Time(_), Unit::Percent) => {
            return at("a time is compared with a time, such as 500ms".to_owned());
        }
        (Statistic::ErrorRate, Unit::Percent) if number < 100.0 => number / 100.0,
        (Statistic::ErrorRate, Unit::Percent) => {
            return at(
                "a share of calls lies between 0 % and 100 %, and only a limit between them says anything".to_owned()
            );
        }
        (Statistic::ErrorRate, Unit::None) if number < 1.0 => {
            return at(format!(
                "a share is written in per cent, here {}%",
                (number * 1e12).round() / 1e10
            ));
        }
        (Statistic::ErrorRate, _) => {
            return at("a share of calls is compared with per cent, such as 0.1%".to_owned());
        }
        (Statistic::Count, Unit::None) if number.fract() == 0.0 => number,
        (Statistic::Count, _) => {
            return at(
                "a number of answers is compared with a whole number, such as 368".to_owned(),
            );
        }
    };
    let limit = value / factor;
    if !(limit.is_finite() && limit > 0.0 && (statistic != Statistic::ErrorRate || limit < 1.0)) {
        return at("with its factor the limit is out of range".to_owned());
    }
    Ok(Condition::Limit {
        statistic,
        of,
        operator,
        limit,
    })
}

fn ratio(
    over: Term,
    under: Term,
    operator: Operator,
    factor: f64,
    column: usize,
) -> Result<Condition, Mistake> {
    let at = |message: String| Err(Mistake::at(column, message));
    let Statistic::Time(time) = over.statistic else {
        return at(format!(
            "{} is compared with a number; quotients are of times",
            over.statistic
        ));
    };
    if over.statistic != under.statistic {
        let (one, other) = (over.statistic, under.statistic);
        return at(format!(
            "{one} and {other} differ whoever answers; both sides have to be the same statistic"
        ));
    }
    if !(factor.is_finite() && factor > 0.0) {
        return at("the factor is out of range".to_owned());
    }
    Ok(Condition::Ratio {
        time,
        over: over.of,
        under: under.of,
        operator,
        factor,
    })
}
