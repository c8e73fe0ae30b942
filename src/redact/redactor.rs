//! Removes from runs what identifies their author or network.

use crate::judge;
use crate::plan::{Judging, Plan};
use crate::report::words::checks::write_texts;
use crate::report::words::sharing::redaction;
use crate::results::{Notice, Run, histograms_sha256};
use crate::sample::Sample;

use super::conditions::conditions;
use super::endpoint::Names;
use super::header::header;
use super::measured::measured;
use super::moment::Shift;
use super::plan::{judging, plan};
use super::pseudonyms::{Pseudonyms, WORD};
use super::sample::sample;

/// Removes from runs what identifies their author or network. What is the same in several runs is replaced by the same.
#[derive(Debug, Default)]
pub(crate) struct Redactor {
    names: Names,
    vantages: Pseudonyms,
}

impl Redactor {
    /// The run without: the name of the place, the caller, names that AWS has not published, addresses, ids, texts that were
    /// written elsewhere, and the minute. Times that were measured and counts are the same, and it is judged again.
    ///
    /// Its id and the name of its place have eight digits of the digest of its histograms in them, so that runs of different places
    /// are never taken for one place's.
    pub(crate) fn run(&mut self, original: &Run) -> Run {
        let Run {
            header: which,
            plan: planned,
            measured: found,
            conditions: under,
            checks: _,
            notices,
        } = original;
        let digest = histograms_sha256(&found.series, &found.signing);
        let digits = &digest[..DIGITS];
        let ids = format!("{digits}-{WORD}");
        let shift = Shift::to_the_hour(&which.started_at);
        let vantage = self
            .vantages
            .of(&which.vantage.name, |_| format!("{WORD}-{digits}"));
        let (plan, gates_left_out) = plan(planned, &mut self.names);
        let header = header(which, &mut self.names, shift, vantage, &ids);
        let mut run = Run {
            header,
            plan,
            measured: measured(found, &mut self.names, shift, &ids),
            conditions: conditions(under),
            checks: Vec::new(),
            notices: shown(notices, gates_left_out),
        };
        judge::judge(&mut run);
        write_texts(&mut run);
        run
    }

    /// How a run of `original` is judged, in the words of `redacted`, the plan that it has become; `None` where a gate cannot be
    /// said without a name that is taken out.
    pub(crate) fn judging(
        &self,
        asked: &Judging,
        original: &Plan,
        redacted: &Plan,
    ) -> Option<Judging> {
        let (judging, left_out) = judging(asked, &self.names, original, redacted);
        (left_out == 0).then_some(judging)
    }

    /// A sample of a run, as the rows beside the redacted run have it.
    pub(crate) fn sample(&mut self, original: Sample) -> Sample {
        sample(original, &mut self.names)
    }
}

/// The notices: those that can name nobody as they are, the others as one line that says so; and what else was left out.
fn shown(notices: &[Notice], gates_left_out: usize) -> Vec<Notice> {
    let mut shown: Vec<Notice> = notices
        .iter()
        .map(|notice| {
            let Notice { at_ns, text } = notice;
            Notice {
                at_ns: *at_ns,
                text: redaction::notice(text).to_owned(),
            }
        })
        .collect();
    if gates_left_out > 0 {
        let text = redaction::gates_left_out(gates_left_out);
        shown.insert(0, Notice { at_ns: 0, text });
    }
    shown
}

/// Digits of the digest that tell runs apart.
const DIGITS: usize = 8;
