//! From a check to its sentence, by subject.

use crate::judge::Summary;
use crate::results::finding::Finding;
use crate::results::{Check, Run};

use super::{answers, connections, instrument, load, machine, precision, service};

/// What to do about a run that is invalid.
pub(crate) const FORBIDDEN: &str = "do not use what these checks forbid; it is marked.";

/// Which checks forbid what a run is about: `invalid: V9 throttling, V10 error-bias`; `None` where none does.
pub(crate) fn invalid(summary: &Summary) -> Option<String> {
    let names: Vec<String> = summary.refusals().map(Check::title).collect();
    (!names.is_empty()).then(|| format!("invalid: {}", names.join(", ")))
}

/// The sentence of a check of that run. A check that was read from a file without findings keeps the text it has.
pub(crate) fn sentence(check: &Check, run: &Run) -> String {
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
