//! What is shown of an advice, prepared once.

use sts_model::Region;

use crate::advice::{Advice, CallersProfile, ClientCall, Recommendation, RegionFrom, Saving};
use crate::judge::Summary;
use crate::plan::ConnectionMode;
use crate::report::view::overview::screen::early;
use crate::report::words::advice as words;
use crate::report::words::numbers::duration;
use crate::results::Run;

use super::groups::{ClientGroup, groups};

/// An advice ready to be laid out.
#[derive(Debug)]
pub(crate) struct AdviceSheet<'a> {
    pub(super) advice: &'a Advice,
    pub(super) from: Option<&'a RegionFrom>,
    pub(super) calls: &'a [ClientCall],
    pub(super) run: Option<&'a Run>,
    pub(super) calls_per_hour: Option<f64>,
    pub(super) callers: CallersProfile,
    /// The decision in a sentence.
    pub(super) decision: String,
    /// What the decision has to be read with: that the run was simulated, cut short, did not reach AWS, failed checks.
    pub(super) cautions: Vec<String>,
    /// What is known, by name.
    pub(super) facts: Vec<(&'static str, String)>,
    /// The clients by what they call and why.
    pub(super) groups: Vec<ClientGroup<'a>>,
}

impl<'a> AdviceSheet<'a> {
    /// The view of an advice for a Region that is from there, and for these clients.
    pub(crate) fn new(
        advice: &'a Advice,
        from: Option<&'a RegionFrom>,
        calls: &'a [ClientCall],
        run: Option<(&'a Run, &Summary)>,
        calls_per_hour: Option<f64>,
    ) -> Self {
        let mut sheet = Self {
            advice,
            from,
            calls,
            run: run.map(|(run, _)| run),
            calls_per_hour,
            callers: CallersProfile::default(),
            decision: format!("{}.", words::decision(advice)),
            cautions: cautions(advice, calls, run),
            facts: Vec::new(),
            groups: groups(calls),
        };
        sheet.facts = sheet.known();
        sheet
    }

    /// The same for callers whose settings stand there.
    #[must_use]
    pub(crate) fn for_callers(self, callers: CallersProfile) -> Self {
        Self { callers, ..self }
    }

    /// Whether lines to paste belong to the decision.
    pub(super) fn has_snippets(&self) -> bool {
        self.advice.region.as_deref().is_some_and(is_known)
            && matches!(
                self.advice.decision,
                Recommendation::SetIt
                    | Recommendation::RemoveUrl { .. }
                    | Recommendation::NotShown(_)
                    | Recommendation::OtherPartition { .. }
            )
    }

    /// Whether something changes with the endpoint that is worth a word.
    pub(super) fn has_changes(&self) -> bool {
        let has_other_endpoint = !matches!(
            self.advice.decision,
            Recommendation::NothingToDecide | Recommendation::OtherPartition { .. }
        );
        self.advice.region.is_some() && has_other_endpoint
    }

    /// What the Region's endpoint saves the clients on that kind of connection; `None` where it depends on no setting which
    /// endpoint they call.
    pub(super) fn at_stake(&self, connection: ConnectionMode) -> Option<&Saving> {
        let saving = self.advice.saving(connection);
        saving.filter(|_| self.depends_on_the_setting())
    }

    /// Whether it depends on a setting which endpoint a client calls.
    fn depends_on_the_setting(&self) -> bool {
        let depends =
            |call: &ClientCall| call.is_changed() || call.is_kept() || call.global_url().is_some();
        self.calls.iter().any(depends)
    }

    fn known(&self) -> Vec<(&'static str, String)> {
        let advice = self.advice;
        let mut facts = Vec::new();
        match (&advice.region, self.from) {
            (Some(region), Some(from)) => facts.push(("Region", words::region(region, from))),
            (Some(region), None) => facts.push(("Region", region.clone())),
            (None, _) => facts.push(("Region", words::no_region(self.calls).to_owned())),
        }
        if let (Some(run), Some(operation)) = (self.run, advice.operation) {
            let id = &run.header.run_id;
            facts.push(("Run", format!("{id}, {}, p50", operation.api_name())));
        }
        for saving in advice.savings() {
            facts.extend(medians(saving).map(|text| (title(saving), text)));
        }
        facts.extend(self.months().into_iter().map(|text| ("A month", text)));
        if let Some(global) = &advice.global {
            facts.push(("Global", words::global_served(global)));
        }
        let served = words::served_since_2025(advice.region.as_deref());
        facts.push(("Global by AWS", served.to_owned()));
        let changed = self.calls.iter().filter(|call| call.is_changed()).count();
        facts.push((
            "Clients",
            format!(
                "Region and setting together move {changed} of {} off the global endpoint",
                self.calls.len()
            ),
        ));
        facts
    }

    /// What the calls save or cost in a month, where their number is known.
    fn months(&self) -> Vec<String> {
        let Some(calls) = self.calls_per_hour else {
            return Vec::new();
        };
        if !self.depends_on_the_setting() {
            return vec![words::NOTHING_AT_STAKE.to_owned()];
        }
        if self.advice.savings().next().is_none() {
            return vec![words::AT_STAKE_UNKNOWN.to_owned()];
        }
        let month = |saving: &Saving| words::a_month(saving, calls);
        self.advice.savings().map(month).collect()
    }
}

fn title(saving: &Saving) -> &'static str {
    match saving.connection {
        ConnectionMode::Cold => "New",
        ConnectionMode::Warm => "Kept open",
        ConnectionMode::Resumed => "Resumed",
    }
}

fn medians(saving: &Saving) -> Option<String> {
    let (regional, global) = (saving.regional_p50?, saving.global_p50?);
    Some(format!(
        "{} against {} {}",
        duration(regional),
        duration(global),
        words::on(saving.connection)
    ))
}

/// What a reader has to know before the decision is followed.
fn cautions(advice: &Advice, calls: &[ClientCall], run: Option<(&Run, &Summary)>) -> Vec<String> {
    let unknown = advice.region.as_deref().filter(|region| !is_known(region));
    let mut cautions: Vec<String> = unknown.map(words::unknown_region).into_iter().collect();
    cautions.extend(words::of_clients(calls, &advice.decision));
    let Some((run, summary)) = run else {
        return cautions;
    };
    cautions.extend(words::simulated(run));
    cautions.extend(words::not_aws(run, summary));
    cautions.extend(early(run, summary).as_ref().map(words::early));
    cautions.extend(words::failed_checks(summary));
    cautions
}

/// Whether this version knows a Region of that name.
fn is_known(region: &str) -> bool {
    Region::named(region).is_some()
}
