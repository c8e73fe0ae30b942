//! Gates and near misses of gates.

use proptest::prelude::*;

use crate::plan::ConnectionMode;
use sts_model::Operation;

use super::parse::condition;
use crate::judge::gate::condition::{
    Choice, Condition, Operator, Selection, Statistic, TimeStatistic,
};
use crate::judge::gate::{Gate, GateError};

fn limit(text: &str) -> (Statistic, Selection, Operator, f64) {
    match condition(text) {
        Ok(Condition::Limit {
            statistic,
            of,
            operator,
            limit,
        }) => (statistic, of, operator, limit),
        other => panic!("{text}: {other:?}"),
    }
}

#[track_caller]
fn refused(text: &str, column: usize, words: &[&str]) {
    match Gate::parse(text).expect_err("refused") {
        GateError::Syntax {
            column: found,
            message,
            ..
        } => {
            assert_eq!(found, column, "{text}: {message}");
            for word in words {
                assert!(message.contains(word), "{word:?} is not in: {message}");
            }
        }
        other => panic!("{text}: {other}"),
    }
}

fn percentile(share: f64) -> Statistic {
    Statistic::Time(TimeStatistic::Percentile(share))
}

fn named(name: &str) -> Selection {
    Selection {
        endpoints: vec![Choice::Named(name.to_owned())],
        ..Selection::default()
    }
}

#[test]
fn limits_are_read_with_their_units() {
    let none = Selection::default;
    assert_eq!(
        limit("p(99)<500ms"),
        (percentile(0.99), none(), Operator::Below, 5e8)
    );
    assert_eq!(
        limit("med <= 20 us"),
        (percentile(0.5), none(), Operator::AtMost, 2e4)
    );
    assert_eq!(
        limit("avg>=1µs"),
        (
            Statistic::Time(TimeStatistic::Mean),
            none(),
            Operator::AtLeast,
            1e3
        )
    );
    assert_eq!(
        limit("500ns > p95"),
        (percentile(0.95), none(), Operator::Below, 500.0)
    );
    assert_eq!(
        limit("error_rate<0.1%"),
        (Statistic::ErrorRate, none(), Operator::Below, 0.001)
    );
    assert_eq!(
        limit("count >= 368"),
        (Statistic::Count, none(), Operator::AtLeast, 368.0)
    );
    assert_eq!(
        limit("p(99.9){eu-west-1} < 2s"),
        (percentile(0.999), named("eu-west-1"), Operator::Below, 2e9)
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
    assert_eq!(
        selection.connections,
        [ConnectionMode::Warm, ConnectionMode::Cold]
    );
    let both = limit("p50(regional, global){ connection : warm } < 1s").1;
    assert_eq!(
        (both.endpoints, both.connections),
        (
            vec![Choice::Regional, Choice::Global],
            vec![ConnectionMode::Warm]
        )
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
    let Condition::Ratio { factor, .. } =
        condition("2 * avg(candidate) < 3 * avg(baseline)").expect("a gate")
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
    refused(
        "p99(connections:warm) < 1s",
        5,
        &["did you mean connection?"],
    );
    refused("p99(connection:hot) < 1s", 16, &["cold, warm, resumed"]);
    refused(
        "p99(operation:get-caller-identy) < 1s",
        15,
        &["did you mean get-caller-identity?"],
    );
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
    refused("1s < 2s", 1, &["neither side is a statistic"]);
    refused("p50(a)/p50(b) < p50(c)", 17, &["a quotient"]);
    refused(
        "p50(a) < 2 * p99(b)",
        10,
        &["p50 and p99", "same statistic"],
    );
    refused(
        "error_rate(a) < error_rate(b)",
        17,
        &["compared with a number"],
    );
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
    assert_eq!(
        Gate::parse(&"p".repeat(1_001)),
        Err(GateError::TooLong(1_001))
    );
}

#[test]
fn no_refusal_repeats_more_than_a_line_of_the_gate() {
    for text in [
        "x".repeat(1_000),
        format!("p50({}:a) < 1s", "y".repeat(900)),
        "p50 < 1".to_owned() + &"z".repeat(900),
    ] {
        let error = Gate::parse(&text).expect_err("refused").to_string();
        assert!(error.len() < 300 && !error.contains('\n'), "{error}");
    }
    let error = Gate::parse("p50\n\u{1b}[2J < 1s")
        .expect_err("refused")
        .to_string();
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
    let selection = prop::sample::select(vec![
        "",
        "(regional)",
        "{eu-*, connection:cold}",
        "( global , a-1 )",
    ]);
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
