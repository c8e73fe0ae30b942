//! An emulator that runs already: what it announced, as it concerns one caller.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::cli::text_file;
use sts_emulator::{Announcement, EmulatorAnnouncement, EndpointAnnouncement};
use sts_model::{Catalog, Selector};

/// An emulator as seen from one Region.
#[derive(Debug)]
pub(crate) struct SharedEmulator {
    /// What holds for it as a whole.
    pub(crate) emulator: EmulatorAnnouncement,
    /// The endpoints that are called.
    pub(crate) endpoints: Vec<EndpointAnnouncement>,
}

impl SharedEmulator {
    /// The endpoints of `selector` at the emulator that wrote the file at `path`, as it serves callers in `region`.
    ///
    /// # Errors
    /// A file that cannot be read or holds no whole announcement, an emulator that has ended, a Region that it has no caller in,
    /// an endpoint that it does not serve.
    pub(crate) fn read(path: &Path, region: &str, selector: &str) -> anyhow::Result<Self> {
        Self::of(&text_file::read(path)?, region, selector)
    }

    fn of(text: &str, region: &str, selector: &str) -> anyhow::Result<Self> {
        let mut found = Self::whole(text)?;
        found.keep(selector)?;
        found.see_from(region)?;
        Ok(found)
    }

    fn whole(text: &str) -> anyhow::Result<Self> {
        let mut emulator = None;
        let mut endpoints = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = serde_json::from_str(line)
                .with_context(|| format!("line {} is not an emulator's announcement", at + 1))?;
            match line {
                Announcement::Emulator(first) => emulator = Some(*first),
                Announcement::Endpoint(endpoint) => endpoints.push(*endpoint),
                Announcement::Ledger(_) => bail!("that emulator has ended"),
            }
        }
        let Some(emulator) = emulator else {
            bail!("it does not begin with the line of an emulator");
        };
        if endpoints.len() != emulator.endpoints {
            bail!(
                "it has {} endpoints of {}; wait until the emulator has announced all",
                endpoints.len(),
                emulator.endpoints
            );
        }
        Ok(Self {
            emulator,
            endpoints,
        })
    }

    /// Keeps the endpoints of `selector`, in its order.
    fn keep(&mut self, selector: &str) -> anyhow::Result<()> {
        let wanted = Catalog::default().select(&selector.parse::<Selector>()?)?;
        let mut kept = Vec::with_capacity(wanted.len());
        for endpoint in wanted {
            let served = self
                .endpoints
                .iter()
                .find(|served| served.endpoint.name == endpoint.name);
            match served {
                Some(served) => kept.push(served.clone()),
                None => bail!("that emulator does not serve {}", endpoint.name),
            }
        }
        self.endpoints = kept;
        Ok(())
    }

    /// Takes the distances that callers in `region` have.
    fn see_from(&mut self, region: &str) -> anyhow::Result<()> {
        if self.emulator.vantage == region {
            return Ok(());
        }
        let known: BTreeSet<&str> = self
            .endpoints
            .iter()
            .flat_map(|endpoint| &endpoint.callers)
            .map(|caller| caller.from.as_str())
            .chain([self.emulator.vantage.as_str()])
            .collect();
        if !known.contains(region) {
            bail!(
                "that emulator has no caller in {region}; allowed: {}",
                Vec::from_iter(known).join(", ")
            );
        }
        for endpoint in &mut self.endpoints {
            let caller = endpoint
                .callers
                .iter()
                .find(|caller| caller.from == region)
                .context("its endpoints do not have the same callers")?;
            endpoint.served_by.clone_from(&caller.served_by);
            endpoint.rtt_ms = caller.rtt_ms;
        }
        region.clone_into(&mut self.emulator.vantage);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sts_emulator::{CallerSpec, EmulatorConfig, EmulatorThread, Link};

    /// What an emulator with a caller in Tokyo announces.
    fn announced() -> String {
        let emulator = EmulatorThread::start(EmulatorConfig {
            endpoints: "global,eu-central-1,ap-northeast-1".to_owned(),
            callers: vec![CallerSpec {
                address: "127.0.0.9".parse().expect("an address"),
                from: "ap-northeast-1".to_owned(),
                global_endpoint: None,
            }],
            link: Link::Bytes,
            ..EmulatorConfig::default()
        })
        .expect("it starts");
        let lines = emulator.view().announcements();
        let lines = lines
            .iter()
            .map(|line| serde_json::to_string(line).expect("JSON"));
        Vec::from_iter(lines).join("\n")
    }

    fn refusal(text: &str, region: &str, selector: &str) -> String {
        let refused = SharedEmulator::of(text, region, selector);
        format!("{:#}", refused.expect_err(region))
    }

    #[test]
    fn a_caller_takes_the_distances_of_its_region_and_the_endpoints_it_calls() {
        let text = announced();
        let seen = |region| {
            let found = SharedEmulator::of(&text, region, "ap-northeast-1,eu-central-1");
            let found = found.expect("served");
            let names = found.endpoints.iter().map(|it| it.endpoint.name.clone());
            assert_eq!(
                Vec::from_iter(names),
                ["ap-northeast-1", "eu-central-1"],
                "in the order of the selector"
            );
            assert_eq!(found.emulator.vantage, region);
            [found.endpoints[0].rtt_ms, found.endpoints[1].rtt_ms]
        };
        let [far, near] = seen("eu-central-1");
        assert!(far > 50.0 && near < 5.0, "{far} {near}");
        let [from_tokyo, frankfurt] = seen("ap-northeast-1");
        assert_eq!([from_tokyo, frankfurt], [near, far]);
    }

    #[test]
    fn what_the_emulator_does_not_have_is_refused_by_name() {
        let text = announced();
        assert_eq!(
            refusal(&text, "us-east-1", "global"),
            "that emulator has no caller in us-east-1; allowed: ap-northeast-1, eu-central-1"
        );
        assert_eq!(
            refusal(&text, "eu-central-1", "global,eu-west-1"),
            "that emulator does not serve eu-west-1"
        );
        let (first, _) = text.split_once('\n').expect("several lines");
        assert!(refusal(first, "eu-central-1", "global").contains("0 endpoints of 3"));
        assert!(refusal("", "eu-central-1", "global").contains("does not begin"));
        assert!(refusal("{}", "eu-central-1", "global").starts_with("line 1 is not an emulator"));
        let ended = format!("{text}\n{{\"kind\":\"ledger\",\"endpoints\":{{}}}}");
        assert_eq!(
            refusal(&ended, "eu-central-1", "global"),
            "that emulator has ended"
        );
    }
}
