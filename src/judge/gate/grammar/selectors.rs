//! The selectors of a gate's statistic.

use sts_model::Operation;

use crate::judge::gate::condition::{Choice, GLOBAL, REGIONAL, Selection};
use crate::judge::side::Side;
use crate::plan::ConnectionMode;

use super::cursor::{Cursor, Mistake, did_you_mean, quoted};

/// What stands between brackets, up to `close`.
pub(super) fn selectors(
    cursor: &mut Cursor<'_>,
    close: char,
    selection: &mut Selection,
) -> Result<(), Mistake> {
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
        "operation" => match Operation::named(&value) {
            Some(operation) => selection.operations.push(operation),
            None => {
                let hint = did_you_mean(
                    &value,
                    Operation::ALL.iter().map(|operation| operation.cli_name()),
                );
                return Err(Mistake::at(
                    column,
                    format!("unknown operation {}{hint}", quoted(&value)),
                ));
            }
        },
        "connection" => match ConnectionMode::named(&value) {
            Some(connection) => selection.connections.push(connection),
            None => {
                let message = format!(
                    "unknown kind of connection {}; allowed: cold, warm, resumed",
                    quoted(&value)
                );
                return Err(Mistake::at(column, message));
            }
        },
        other => {
            let (other, hint) = (quoted(other), did_you_mean(other, KEYS));
            return Err(Mistake::at(
                first,
                format!(
                    "unknown selector {other}{hint}; allowed: {}",
                    KEYS.join(", ")
                ),
            ));
        }
    }
    Ok(())
}

const KEYS: [&str; 3] = ["endpoint", "operation", "connection"];

fn endpoint(
    name: &str,
    column: usize,
    cursor: &mut Cursor<'_>,
    selection: &mut Selection,
) -> Result<(), Mistake> {
    let side = match name {
        "baseline" => Side::Baseline,
        "candidate" => Side::Candidate,
        "" => {
            return Err(
                cursor.expected("regional, global, the name of an endpoint or a glob such as eu-*")
            );
        }
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
        Some(_) => Err(Mistake::at(
            column,
            "a statistic is of one side, baseline or candidate".to_owned(),
        )),
    }
}
