//! The grammar of gates, which is k6's for thresholds where that has a word:
//!
//! ```text
//! gate      = side operator side
//! side      = statistic [ "*" number | "/" statistic ] | number [ unit ] [ "*" statistic ]
//! statistic = ( "p" number | "p(" number ")" | "med" | "avg" | "error_rate" | "count" )
//!             [ "(" selectors ")" ] [ "{" selectors "}" ]
//! selectors = selector { "," selector }
//! selector  = "global" | "regional" | "baseline" | "candidate" | endpoint | "endpoint:" … | "operation:" … | "connection:" …
//! operator  = "<" | "<=" | ">" | ">="
//! unit      = "ns" | "us" | "µs" | "ms" | "s" | "%"
//! ```
//!
//! It reads no plan: whether a gate means anything for a run is asked afterwards.

use crate::operation::Operation;
use crate::plan::Connection;

use super::condition::{
    BASELINE, CANDIDATE, Choice, Condition, GLOBAL, Operator, REGIONAL, Selection, Side, Statistic, Term,
};
use super::cursor::{Cursor, Mistake, did_you_mean, quoted};

/// The condition in `text`.
pub(super) fn condition(text: &str) -> Result<Condition, Mistake> {
    let mut cursor = Cursor::new(text);
    let left = part(&mut cursor)?;
    let operator = operator(&mut cursor)?;
    let right = part(&mut cursor)?;
    if !cursor.is_at_end() {
        return Err(cursor.expected("the end of the gate"));
    }
    match (left.what, right.what) {
        (What::Scaled(factor, term), What::Quantity(limit)) => limited(term, operator, limit, factor),
        (What::Quantity(limit), What::Scaled(factor, term)) => limited(term, operator.mirrored(), limit, factor),
        (What::Scaled(a, over), What::Scaled(b, under)) => ratio(over, under, operator, b / a, right.column),
        (What::Quotient(over, under), What::Quantity(q)) => ratio(over, under, operator, q.factor()?, right.column),
        (What::Quantity(q), What::Quotient(over, under)) => {
            ratio(over, under, operator.mirrored(), q.factor()?, right.column)
        }
        (What::Quantity(_), What::Quantity(_)) => {
            Err(Mistake::at(left.column, format!("there is no statistic on either side; {STATISTICS}")))
        }
        (What::Quotient(..) | What::Scaled(..), _) => Err(Mistake::at(
            right.column,
            "a quotient is compared with a number, such as p50(a)/p50(b) <= 0.8".to_owned(),
        )),
    }
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
            Unit::Nanoseconds(_) => Err(Mistake::at(self.column, "a factor has no unit of time".to_owned())),
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
            return Err(Mistake::at(at, "between a factor and its statistic stands a *".to_owned()));
        }
        other => {
            let hint = did_you_mean(other, ["ns", "us", "ms", "s"]);
            return Err(Mistake::at(at, format!("unknown unit {}{hint}; allowed: ns, us, ms, s, %", quoted(other))));
        }
    };
    if number <= 0.0 {
        return Err(Mistake::at(column, "a limit or factor has to be above 0".to_owned()));
    }
    Ok(Quantity { number, unit, column })
}

fn operator(cursor: &mut Cursor<'_>) -> Result<Operator, Mistake> {
    const ALLOWED: &str = "allowed: <, <=, > and >=";
    let column = cursor.column();
    let sign = cursor.signs();
    if let Some(operator) = Operator::ALL.into_iter().find(|operator| operator.as_str() == sign) {
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
    let mut selection = Selection::default();
    for (open, close) in [('(', ')'), ('{', '}')] {
        if cursor.take(open) {
            selectors(cursor, close, &mut selection)?;
        }
    }
    Ok(Term { statistic, selection })
}

fn statistic(cursor: &mut Cursor<'_>) -> Result<Statistic, Mistake> {
    let column = cursor.column();
    let word = cursor.word();
    let at = |message: String| Err(Mistake::at(column, message));
    match word.as_str() {
        "" => Err(cursor.expected(STATISTICS)),
        "med" => Ok(Statistic::Percentile(0.5)),
        "avg" => Ok(Statistic::Mean),
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
            None => at(format!("unknown statistic {}{}; {STATISTICS}", quoted(other), did_you_mean(other, KNOWN))),
        },
    }
}

/// The statistics that a near miss is measured against.
const KNOWN: [&str; 5] = ["p50", "med", "avg", "error_rate", "count"];
const STATISTICS: &str = "a statistic is one of p50, p(99.9), med, avg, error_rate and count";

fn percentile(percent: f64, column: usize) -> Result<Statistic, Mistake> {
    if percent > 0.0 && percent < 100.0 {
        // Dividing the nearest number to 99.9 by 100 misses the nearest one to 0.999; by way of whole numbers it is found.
        return Ok(Statistic::Percentile((percent * 1e10).round() / 1e12));
    }
    // p999 is how some write p99.9.
    let meant = percent / 10_f64.powi(percent.max(1.0).log10().floor() as i32 - 1);
    let hint = if percent > 100.0 && meant >= 90.0 { format!("; did you mean p({meant})?") } else { String::new() };
    Err(Mistake::at(column, format!("a percentile lies between 0 and 100, both excluded{hint}")))
}

/// What stands between brackets, up to `close`.
fn selectors(cursor: &mut Cursor<'_>, close: char, selection: &mut Selection) -> Result<(), Mistake> {
    loop {
        selector(cursor, selection)?;
        if cursor.take(close) {
            return Ok(());
        }
        if !cursor.take(',') {
            return Err(cursor.expected(&format!("a comma or {close:?}")));
        }
    }
}

fn selector(cursor: &mut Cursor<'_>, selection: &mut Selection) -> Result<(), Mistake> {
    let first = cursor.column();
    let word = cursor.name();
    if !cursor.take(':') {
        return endpoint(&word, first, cursor, selection);
    }
    let column = cursor.column();
    let value = cursor.name();
    match word.as_str() {
        "endpoint" => endpoint(&value, column, cursor, selection)?,
        "operation" => match Operation::ALL.iter().find(|operation| operation.cli_name() == value) {
            Some(operation) => selection.operations.push(*operation),
            None => {
                let hint = did_you_mean(&value, Operation::ALL.iter().map(|operation| operation.cli_name()));
                return Err(Mistake::at(column, format!("unknown operation {}{hint}", quoted(&value))));
            }
        },
        "connection" => match Connection::named(&value) {
            Some(connection) => selection.connections.push(connection),
            None => {
                let message = format!("unknown kind of connection {}; allowed: cold, warm, resumed", quoted(&value));
                return Err(Mistake::at(column, message));
            }
        },
        other => {
            let (other, hint) = (quoted(other), did_you_mean(other, KEYS));
            return Err(Mistake::at(first, format!("unknown selector {other}{hint}; allowed: {}", KEYS.join(", "))));
        }
    }
    Ok(())
}

const KEYS: [&str; 3] = ["endpoint", "operation", "connection"];

fn endpoint(name: &str, column: usize, cursor: &mut Cursor<'_>, selection: &mut Selection) -> Result<(), Mistake> {
    let side = match name {
        BASELINE => Side::Baseline,
        CANDIDATE => Side::Candidate,
        "" => return Err(cursor.expected("regional, global, the name of an endpoint or a glob such as eu-*")),
        _ => {
            selection.endpoints.push(match name {
                GLOBAL => Choice::Global,
                REGIONAL => Choice::Regional,
                _ => Choice::Named(name.to_owned()),
            });
            return Ok(());
        }
    };
    match selection.side.replace(side) {
        None => Ok(()),
        Some(_) => Err(Mistake::at(column, "a statistic is of one side, baseline or candidate".to_owned())),
    }
}

fn limited(term: Term, operator: Operator, limit: Quantity, factor: f64) -> Result<Condition, Mistake> {
    let Quantity { number, unit, column } = limit;
    let at = |message: String| Err(Mistake::at(column, message));
    let value = match (term.statistic, unit) {
        (Statistic::Percentile(_) | Statistic::Mean, Unit::Nanoseconds(unit)) => number * unit,
        (Statistic::Percentile(_) | Statistic::Mean, Unit::None) => {
            return at(format!("a time needs its unit, such as {number}ms"));
        }
        (Statistic::Percentile(_) | Statistic::Mean, Unit::Percent) => {
            return at("a time is compared with a time, such as 500ms".to_owned());
        }
        (Statistic::ErrorRate, Unit::Percent) if number < 100.0 => number / 100.0,
        (Statistic::ErrorRate, Unit::Percent) => {
            return at(
                "a share of calls lies between 0 % and 100 %, and only a limit between them says anything".to_owned()
            );
        }
        (Statistic::ErrorRate, Unit::None) if number < 1.0 => {
            return at(format!("a share is written in per cent, here {}%", (number * 1e12).round() / 1e10));
        }
        (Statistic::ErrorRate, _) => return at("a share of calls is compared with per cent, such as 0.1%".to_owned()),
        (Statistic::Count, Unit::None) if number.fract() == 0.0 => number,
        (Statistic::Count, _) => {
            return at("a number of answers is compared with a whole number, such as 368".to_owned());
        }
    };
    let limit = value / factor;
    if !(limit.is_finite() && limit > 0.0 && (term.statistic != Statistic::ErrorRate || limit < 1.0)) {
        return at("with its factor the limit is out of range".to_owned());
    }
    Ok(Condition::Limit { term, operator, limit })
}

fn ratio(over: Term, under: Term, operator: Operator, factor: f64, column: usize) -> Result<Condition, Mistake> {
    let at = |message: String| Err(Mistake::at(column, message));
    match (over.statistic, under.statistic) {
        (a, b) if a != b => at(format!("{a} and {b} differ whoever answers; both sides have to be the same statistic")),
        (Statistic::ErrorRate | Statistic::Count, _) => {
            at(format!("{} is compared with a number; quotients are of times", over.statistic))
        }
        _ if !(factor.is_finite() && factor > 0.0) => at("the factor is out of range".to_owned()),
        _ => Ok(Condition::Ratio { over, under, operator, factor }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::compare::gate::{Gate, GateError};

    fn limit(text: &str) -> (Statistic, Selection, Operator, f64) {
        match condition(text) {
            Ok(Condition::Limit { term, operator, limit }) => (term.statistic, term.selection, operator, limit),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[track_caller]
    fn refused(text: &str, column: usize, words: &[&str]) {
        match Gate::parse(text).expect_err("refused") {
            GateError::Syntax { column: found, message, .. } => {
                assert_eq!(found, column, "{text}: {message}");
                for word in words {
                    assert!(message.contains(word), "{word:?} is not in: {message}");
                }
            }
            other => panic!("{text}: {other}"),
        }
    }

    fn named(name: &str) -> Selection {
        Selection { endpoints: vec![Choice::Named(name.to_owned())], ..Selection::default() }
    }

    #[test]
    fn limits_are_read_with_their_units() {
        let none = Selection::default;
        assert_eq!(limit("p(99)<500ms"), (Statistic::Percentile(0.99), none(), Operator::Below, 5e8));
        assert_eq!(limit("med <= 20 us"), (Statistic::Percentile(0.5), none(), Operator::AtMost, 2e4));
        assert_eq!(limit("avg>=1µs"), (Statistic::Mean, none(), Operator::AtLeast, 1e3));
        assert_eq!(limit("500ns > p95"), (Statistic::Percentile(0.95), none(), Operator::Below, 500.0));
        assert_eq!(limit("error_rate<0.1%"), (Statistic::ErrorRate, none(), Operator::Below, 0.001));
        assert_eq!(limit("count >= 368"), (Statistic::Count, none(), Operator::AtLeast, 368.0));
        assert_eq!(
            limit("p(99.9){eu-west-1} < 2s"),
            (Statistic::Percentile(0.999), named("eu-west-1"), Operator::Below, 2e9)
        );
        assert_eq!(limit("p50(eu-*)<1s").1, named("eu-*"));
        assert_eq!(limit("2 * p50 < 1s").3, 5e8);
    }

    #[test]
    fn selectors_are_alternatives_within_a_key_and_restrict_each_other_between_keys() {
        let text = "p(99){endpoint:eu-*,operation:get-caller-identity,connection:warm,connection:cold} < 500ms";
        let selection = limit(text).1;
        assert_eq!(selection.endpoints, named("eu-*").endpoints);
        assert_eq!(selection.operations, [Operation::GetCallerIdentity]);
        assert_eq!(selection.connections, [Connection::Warm, Connection::Cold]);
        let both = limit("p50(regional, global){ connection : warm } < 1s").1;
        assert_eq!(
            (both.endpoints, both.connections),
            (vec![Choice::Regional, Choice::Global], vec![Connection::Warm])
        );
    }

    #[test]
    fn a_ratio_can_be_written_in_four_ways() {
        let one = condition("p50(regional) <= 0.8 * p50(global)").expect("a gate");
        for text in [
            "p50(regional)/p50(global) <= 0.8",
            "0.8 >= p(50){regional} / med(global)",
            "p50(regional) <= p50(global) * 80%",
            "p50(endpoint:regional)<=0.80*p50(endpoint:global)",
        ] {
            assert_eq!(condition(text), Ok(one.clone()), "{text}");
        }
        let Condition::Ratio { factor, .. } = condition("2 * avg(candidate) < 3 * avg(baseline)").expect("a gate")
        else {
            panic!("a ratio");
        };
        assert!((factor - 1.5).abs() < 1e-15);
    }

    #[test]
    fn each_mistake_has_its_column_and_the_nearest_right_word() {
        refused("", 1, &["expected a statistic", "the gate ends"]);
        refused("p50", 4, &["expected one of <, <=, > and >="]);
        refused("p50 <", 6, &["the gate ends"]);
        refused("p50 < 1s x", 10, &["expected the end", "'x'"]);
        refused("medium < 1s", 1, &["\"medium\"", "did you mean med?"]);
        refused("error-rate < 1%", 1, &["did you mean error_rate?"]);
        refused("p50 < 1sec", 8, &["\"sec\"", "allowed: ns, us, ms, s"]);
        refused("p50 < 1 m", 9, &["allowed: ns, us, ms, s"]);
        refused("p50(regional) <= 0.8 p50(global)", 22, &["*"]);
        refused("p99(connections:warm) < 1s", 5, &["did you mean connection?"]);
        refused("p99(connection:hot) < 1s", 16, &["cold, warm, resumed"]);
        refused("p99(operation:get-caller-identy) < 1s", 15, &["did you mean get-caller-identity?"]);
        refused("p99(eu-west-1 < 1s", 15, &["a comma or ')'", "'<'"]);
        refused("p99{} < 1s", 5, &["regional, global", "'}'"]);
        refused("p(99 < 1s", 6, &["closing parenthesis"]);
        refused("p50(baseline,candidate) < 1s", 14, &["one side"]);
        refused("p50 =< 1s", 5, &["did you mean <=?"]);
        refused("µ50 < 1s", 1, &["unknown statistic"]);
    }

    #[test]
    fn what_the_grammar_of_others_has_and_proves_nothing_is_refused_with_the_reason() {
        refused("p(99) == 500ms", 7, &["proves nothing"]);
        refused("p(99) != 500ms", 7, &["proves nothing"]);
        refused("max < 2s", 1, &["only grows", "p(99)"]);
        refused("min < 2s", 1, &["only falls"]);
        refused("rate<0.01", 1, &["error_rate"]);
        refused("p(99)<500", 7, &["needs its unit", "500ms"]);
        refused("error_rate<0.01", 12, &["per cent", "1%"]);
        refused("1s < 2s", 1, &["no statistic"]);
        refused("p50(a)/p50(b) < p50(c)", 17, &["a quotient"]);
        refused("p50(a) < 2 * p99(b)", 10, &["p50 and p99", "same statistic"]);
        refused("error_rate(a) < error_rate(b)", 17, &["compared with a number"]);
    }

    #[test]
    fn gates_that_parse_but_mean_nothing_are_refused_where_the_text_alone_tells() {
        refused("p(0) < 1s", 3, &["between 0 and 100"]);
        refused("p100 < 1s", 1, &["between 0 and 100"]);
        refused("p999 < 1s", 1, &["did you mean p(99.9)?"]);
        refused("p(101) < 1s", 3, &["between 0 and 100"]);
        refused("p(-1) < 1s", 3, &["no sign"]);
        refused("p(99,9) < 1s", 5, &["a point"]);
        refused("p50 < -1s", 7, &["above 0"]);
        refused("p50 > 0s", 7, &["above 0"]);
        refused("error_rate < 101%", 14, &["between 0 % and 100 %"]);
        refused("error_rate <= 100%", 15, &["between 0 % and 100 %"]);
        refused("error_rate <= 0%", 15, &["above 0"]);
        refused("error_rate < 5ms", 14, &["per cent"]);
        refused("p50 < 5%", 7, &["a time"]);
        refused("count > 1.5", 9, &["whole number"]);
        refused("p50(a) <= 0 * p50(b)", 11, &["above 0"]);
        refused("p50(a) <= 3ms * p50(b)", 11, &["no unit of time"]);
        refused(&format!("p50 < {}s", "9".repeat(21)), 7, &["is no number"]);
        assert_eq!(Gate::parse(&"p".repeat(1_001)), Err(GateError::TooLong(1_001)));
    }

    #[test]
    fn no_refusal_repeats_more_than_a_line_of_the_gate() {
        for text in
            ["x".repeat(1_000), format!("p50({}:a) < 1s", "y".repeat(900)), "p50 < 1".to_owned() + &"z".repeat(900)]
        {
            let error = Gate::parse(&text).expect_err("refused").to_string();
            assert!(error.len() < 300 && !error.contains('\n'), "{error}");
        }
        let error = Gate::parse("p50\n\u{1b}[2J < 1s").expect_err("refused").to_string();
        assert!(!error.contains(char::is_control), "{error}");
    }

    /// Pieces of which gates and near misses are made.
    fn soup() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "p50",
            "p(99.9)",
            "p(",
            "med",
            "avg",
            "max",
            "error_rate",
            "count",
            "(",
            ")",
            "{",
            "}",
            ",",
            ":",
            "regional",
            "global",
            "eu-*",
            "endpoint:",
            "operation:get-caller-identity",
            "connection:warm",
            "candidate",
            "<",
            "<=",
            ">",
            ">=",
            "==",
            "0.8",
            "500",
            "ms",
            "s",
            "%",
            "*",
            "/",
            " ",
            "-",
            "µ",
            "\u{0}",
            "9999999999999999999",
        ]);
        prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
    }

    fn any_gate() -> impl Strategy<Value = (String, Operator, f64)> {
        let statistic = prop::sample::select(vec!["p50", "p(99.9)", "avg", "med"]);
        let selection = prop::sample::select(vec!["", "(regional)", "{eu-*, connection:cold}", "( global , a-1 )"]);
        let operator = prop::sample::select(Operator::ALL.to_vec());
        let space = prop::sample::select(vec!["", " ", "\t "]);
        (statistic, selection, operator, 1_u32..1_000_000, space).prop_map(
            |(statistic, selection, operator, ms, space)| {
                let text = format!(
                    "{space}{statistic}{space}{selection}{space}{}{space}{ms}{space}ms{space}",
                    operator.as_str()
                );
                (text, operator, f64::from(ms) * 1e6)
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn no_text_panics_and_every_mistake_is_within_the_text(
            text in prop_oneof![soup(), any::<String>(), "[p0-9(){}<>=*/.,: a-z%-]{0,60}"]
        ) {
            match Gate::parse(&text) {
                Ok(gate) => prop_assert_eq!(gate.as_str(), text),
                Err(GateError::Syntax { column, .. }) => {
                    prop_assert!((1..=text.chars().count() + 1).contains(&column), "{text:?}: {column}");
                }
                Err(error) => prop_assert!(text.chars().count() > Gate::MAX_CHARACTERS, "{text:?}: {error}"),
            }
        }

        #[test]
        fn spaces_change_nothing((text, operator, ns) in any_gate()) {
            let (_, _, found, limit) = limit(&text);
            prop_assert_eq!((found, limit), (operator, ns));
        }
    }
}
