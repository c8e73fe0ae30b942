//! What is wrong with an emulator's description: everything at once, each mistake with its place in the file.

use std::collections::BTreeSet;

use super::callers::{CallerSpec, MOST_CALLERS, is_for_callers};
use super::emulator_config::EmulatorConfig;
use super::link::{GlobalServing, Link};
use super::mistakes::{ConfigError, Mistake, Mistakes};
use sts_model::{Endpoint, Region, Selector};
use time::OffsetDateTime;

impl EmulatorConfig {
    /// Everything that is wrong with the configuration, in the order of its fields.
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut found = Mistakes::default();
        if Region::named(&self.vantage).is_none() {
            found.add(
                ["vantage"],
                ConfigError::Vantage(self.vantage.escape_debug().to_string()),
            );
        }
        let selected = self
            .endpoints
            .parse::<Selector>()
            .and_then(|selector| self.catalog().select(&selector));
        match selected {
            Ok(endpoints) => self.check(&endpoints, &mut found),
            Err(error) => found.add(["endpoints"], ConfigError::Endpoints(error)),
        }
        found.0
    }

    pub(crate) fn check(&self, endpoints: &[Endpoint], found: &mut Mistakes) {
        let known =
            |name: &str| name == "*" || endpoints.iter().any(|endpoint| endpoint.name == name);
        // Sessions that are issued then end later: no date may need a fifth digit, or lie before the epoch.
        let is_ok = |clock: OffsetDateTime| (1970..=9000).contains(&clock.year());
        let clock_ok = self.clock.is_none() || self.fixed_clock().is_some_and(is_ok);
        found.range(
            ["clock"],
            "clock".to_owned(),
            (!clock_ok).then_some("must be a time such as 2026-01-01T00:00:00Z, from 1970 to 9000"),
        );
        self.check_callers(found);
        self.check_round_trips(known, found);
        self.check_paths(known, found);
        for name in self.newest_tls.keys() {
            found.endpoint("newest_tls", name, known(name));
        }
        let deadline_ms = &self.client_deadline_ms;
        found.range(
            ["client_deadline_ms"],
            "client_deadline_ms".to_owned(),
            (!(1..=600_000).contains(deadline_ms)).then_some("must be 1 to 600000"),
        );
        found.range(
            ["idle_connections"],
            "idle_connections".to_owned(),
            (!(1..=1_000_000).contains(&self.idle_connections)).then_some("must be 1 to 1000000"),
        );
        found.range(
            ["idle_deadline_ms"],
            "idle_deadline_ms".to_owned(),
            (!(1..=86_400_000).contains(&self.idle_deadline_ms)).then_some("must be 1 to 86400000"),
        );
        found.range(["dns"], "dns".to_owned(), self.dns.complaint());
        found.range(
            ["listen_address"],
            "listen_address".to_owned(),
            self.listen_complaint(endpoints.len()),
        );
        found.range(
            ["ready_listen"],
            "ready_listen".to_owned(),
            self.ready_complaint(),
        );
        found.range(
            ["i_know_it_is_not_aws"],
            "i_know_it_is_not_aws".to_owned(),
            self.acknowledgement_complaint(),
        );
        for (operation, time) in &self.service_time {
            found.range(
                ["service_time", operation.cli_name()],
                format!("service_time of {operation}"),
                time.complaint(),
            );
        }
        found.range(["quota"], "quota".to_owned(), self.quota.complaint());
        self.check_identities(endpoints, found);
        self.check_faults_and_latency(known, found);
    }

    fn check_callers(&self, found: &mut Mistakes) {
        let mut seen = BTreeSet::new();
        for (position, caller) in self.callers.iter().enumerate() {
            let index = position.to_string();
            let again = !seen.insert(caller.address);
            for (field, complaint) in self.caller_complaints(caller, again) {
                found.range(
                    ["callers", &index, field],
                    format!("caller {} {field}", position + 1),
                    Some(&complaint),
                );
            }
        }
        let packets = matches!(self.link, Link::Kernel | Link::Auto);
        let complaint = if self.callers.len() > MOST_CALLERS {
            Some("must be at most 256")
        } else if packets && !self.callers.is_empty() {
            Some("the kernel link has one caller; link must be bytes or undelayed")
        } else {
            None
        };
        found.range(["callers"], "callers".to_owned(), complaint);
    }

    fn caller_complaints(&self, caller: &CallerSpec, again: bool) -> Vec<(&'static str, String)> {
        let mut complaints = Vec::new();
        if !is_for_callers(caller.address) {
            let complaint = "must be in 127.0.0.0/8 or 198.18.0.0/15";
            complaints.push(("address", complaint.to_owned()));
        } else if again {
            complaints.push(("address", "is there twice".to_owned()));
        }
        if Region::named(&caller.from).is_none() {
            complaints.push(("from", format!("unknown Region {:?}", caller.from)));
        }
        // Two addresses for one name are there for all callers or for none.
        let by_resolver = Some(GlobalServing::ByResolver);
        if caller.global_endpoint.is_some()
            && [caller.global_endpoint, Some(self.global_endpoint)].contains(&by_resolver)
        {
            let complaint = "must be legacy-us-east-1 or local-serving, and is not for a fleet with by-resolver";
            complaints.push(("global_endpoint", complaint.to_owned()));
        }
        complaints
    }

    fn check_round_trips(&self, known: impl Fn(&str) -> bool, found: &mut Mistakes) {
        for (field, trips) in [
            ("rtt_ms", &self.rtt_ms),
            ("second_rtt_ms", &self.second_rtt_ms),
        ] {
            for (name, millis) in trips {
                found.endpoint(field, name, known(name));
                let complaint =
                    (!(0.0..=60_000.0).contains(millis)).then_some("must be 0 to 60000");
                found.range([field, name], format!("{field} of {name}"), complaint);
            }
        }
    }

    fn check_paths(&self, known: impl Fn(&str) -> bool, found: &mut Mistakes) {
        let clean = self.path.is_empty() || matches!(self.link, Link::Auto | Link::Kernel);
        let complaint = format!(
            "the kernel link alone can do that, and link is {}",
            self.link.name()
        );
        found.range(
            ["path"],
            "path".to_owned(),
            (!clean).then_some(complaint.as_str()),
        );
        for (name, path) in &self.path {
            found.endpoint("path", name, known(name));
            found.range(["path", name], format!("path of {name}"), path.complaint());
        }
    }

    fn check_faults_and_latency(&self, known: impl Fn(&str) -> bool, found: &mut Mistakes) {
        let faults = self
            .faults
            .iter()
            .map(|fault| (&fault.endpoints, fault.complaint()));
        let laws = self
            .latency
            .iter()
            .map(|law| (&law.endpoints, law.complaint()));
        let entry = |field, noun| {
            move |(position, (names, complaint))| (field, noun, position, names, complaint)
        };
        let entries = faults.enumerate().map(entry("faults", "fault"));
        for (field, noun, position, names, complaint) in
            entries.chain(laws.enumerate().map(entry("latency", "latency")))
        {
            let place = [field, &position.to_string()];
            for name in names.iter().filter(|name| !known(name)) {
                found.add(place, ConfigError::unknown(field, name));
            }
            found.range(place, format!("{noun} {}", position + 1), complaint);
        }
    }
}
