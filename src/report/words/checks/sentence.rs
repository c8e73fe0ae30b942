//! From a check to its sentence, by subject.

use crate::results::finding::Finding;
use crate::results::{Check, Run};

use super::{answers, connections, instrument, load, machine, precision, service};

/// The sentence of a check of that run. A check that was read from a file without findings keeps the text it has.
pub fn sentence(check: &Check, run: &Run) -> String {
    let verdict = check.verdict;
    match &check.finding {
        None => check.text.clone(),
        Some(Finding::Answers(finding)) => answers::sentence(finding, verdict, &run.plan),
        Some(Finding::Load(finding)) => load::sentence(finding, verdict, &run.plan),
        Some(Finding::Machine(finding)) => machine::sentence(finding, verdict),
        Some(Finding::Service(finding)) => service::sentence(finding, verdict, &run.plan),
        Some(Finding::Connections(finding)) => connections::sentence(finding, verdict, &run.plan),
        Some(Finding::Instrument(finding)) => instrument::sentence(finding, verdict, run),
        Some(Finding::Precision(finding)) => precision::sentence(finding, verdict, &run.plan),
    }
}

/// Writes the sentence of each of the run's checks beside its finding, for readers of `run.json` without this program.
pub fn write_texts(run: &mut Run) {
    let texts: Vec<String> = run
        .checks
        .iter()
        .map(|check| sentence(check, run))
        .collect();
    for (check, text) in run.checks.iter_mut().zip(texts) {
        check.text = text;
    }
}
