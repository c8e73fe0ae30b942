//! The name of the place that is measured from. It should stay the same from run to run, because history goes by it.

use super::error::{MOST_CHARACTERS, PlaceError};
use super::observed::{PlaceFact, ZONE_VARIABLE};
use super::region::LocalRegion;
use super::source::NameSource;
use super::surroundings::Surroundings;

/// The name of the place that is measured from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VantageName {
    /// The name: 1 to 64 characters, none of them a control character.
    pub text: String,
    /// Where it comes from.
    pub source: NameSource,
}

/// Why a host has another name the next time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EphemeralHost {
    /// A pod of Kubernetes.
    Pod,
    /// A container, named by its id.
    Container,
    /// An instance, named by its private address.
    Address,
    /// A machine that a CI system lends for one job.
    Runner,
}

impl VantageName {
    /// A name that the caller gives.
    pub fn given(text: &str) -> Self {
        Self {
            text: fit(text),
            source: NameSource::Option,
        }
    }

    /// The name as given, by a variable, of the simulation, of the Region, of the CI system, of the node's zone, or else
    /// of the host.
    pub(super) fn of(
        given: Option<&str>,
        simulated: Option<&str>,
        region: Option<&LocalRegion>,
        around: &dyn Surroundings,
    ) -> Result<Self, PlaceError> {
        if let Some(text) = given {
            return Self::checked(text, NameSource::Option);
        }
        if let Some(text) = around.variable(VARIABLE) {
            return Self::checked(&text, NameSource::Variable(VARIABLE.to_owned()));
        }
        let found = if let Some(region) = simulated {
            (region.to_owned(), NameSource::Simulation)
        } else if let Some(region) = region {
            (region.name.clone(), NameSource::Region)
        } else if let Some((text, variable)) = of_ci(around) {
            (text, NameSource::Variable(variable.to_owned()))
        } else if let Some(zone) = around.variable(ZONE_VARIABLE) {
            (zone, NameSource::Variable(ZONE_VARIABLE.to_owned()))
        } else {
            (around.host(), NameSource::Host)
        };
        Ok(Self {
            text: fit(&found.0),
            source: found.1,
        })
    }

    fn checked(text: &str, source: NameSource) -> Result<Self, PlaceError> {
        if is_vantage_name(text) {
            Ok(Self {
                text: text.to_owned(),
                source,
            })
        } else {
            Err(PlaceError::Name {
                source_name: source,
            })
        }
    }

    /// Refuses a name that was not given, or that nothing of what was observed bears.
    pub(super) fn require_among(&self, observed: &[PlaceFact]) -> Result<(), PlaceError> {
        let variable = NameSource::Variable(VARIABLE.to_owned());
        if self.source != NameSource::Option && self.source != variable {
            return Err(PlaceError::NotGiven);
        }
        if observed.iter().any(|fact| fact.value == self.text) {
            return Ok(());
        }
        let facts: Vec<String> = observed.iter().map(PlaceFact::to_string).collect();
        Err(PlaceError::Elsewhere {
            wanted: self.text.clone(),
            observed: facts.join(", "),
        })
    }

    /// Why the host's name does not last, when the name is the host's.
    pub fn ephemeral(&self) -> Option<EphemeralHost> {
        (self.source == NameSource::Host)
            .then(|| EphemeralHost::of(&self.text))
            .flatten()
    }
}

impl EphemeralHost {
    fn of(host: &str) -> Option<Self> {
        let host = host.split('.').next().unwrap_or_default();
        let is_hex = |text: &str| text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if matches!(host.len(), 12 | 64) && is_hex(host) {
            Some(Self::Container)
        } else if is_address(host) {
            Some(Self::Address)
        } else if ["fv-az", "runnervm"]
            .iter()
            .any(|start| host.starts_with(start))
        {
            Some(Self::Runner)
        } else if is_pod(host) {
            Some(Self::Pod)
        } else {
            None
        }
    }
}

/// `ip-10-0-3-27` and the resource name `i-0123456789abcdef0`, which EC2 gives its instances.
fn is_address(host: &str) -> bool {
    let is_instance = host
        .strip_prefix("i-")
        .is_some_and(|id| id.len() == 17 && id.bytes().all(|b| b.is_ascii_hexdigit()));
    let is_address = host.strip_prefix("ip-").is_some_and(|address| {
        let mut parts = address.split('-');
        parts.clone().count() == 4 && parts.all(|part| part.parse::<u8>().is_ok())
    });
    is_instance || is_address
}

/// `name-<hash of the template>-<random>`, as Kubernetes names the pods of a Deployment, and `name-<random>` of its jobs
/// does not stand out. The alphabet has no vowels (`k8s.io/apimachinery/pkg/util/rand`).
fn is_pod(host: &str) -> bool {
    let is_random = |text: &str| {
        text.bytes()
            .all(|b| b"bcdfghjklmnpqrstvwxz2456789".contains(&b))
    };
    let mut parts = host.rsplitn(3, '-');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(random), Some(hash), Some(_)) => {
            random.len() == 5
                && is_random(random)
                && (8..=10).contains(&hash.len())
                && is_random(hash)
        }
        _ => false,
    }
}

/// Variables of CI systems: what is set on all of their machines, and what names the runner or the repository, the best
/// first. Runners that are lent for one job have names that change, so there the repository counts.
const CI: [(&str, &[&str]); 8] = [
    ("GITHUB_ACTIONS", &["GITHUB_REPOSITORY"]),
    ("GITLAB_CI", &["CI_RUNNER_DESCRIPTION", "CI_PROJECT_PATH"]),
    ("BUILDKITE", &["BUILDKITE_PIPELINE_SLUG"]),
    ("CIRCLECI", &["CIRCLE_PROJECT_REPONAME"]),
    ("TF_BUILD", &["BUILD_REPOSITORY_NAME"]),
    ("BITBUCKET_BUILD_NUMBER", &["BITBUCKET_REPO_FULL_NAME"]),
    ("TRAVIS", &["TRAVIS_REPO_SLUG"]),
    ("JENKINS_URL", &["NODE_NAME", "JOB_NAME"]),
];

/// The name that the CI system gives, and the variable that says it.
fn of_ci(around: &dyn Surroundings) -> Option<(String, &'static str)> {
    let is_own = around.variable("RUNNER_ENVIRONMENT").as_deref() == Some("self-hosted");
    if let (true, Some(runner), Some(repository)) = (
        is_own,
        around.variable("RUNNER_NAME"),
        around.variable("GITHUB_REPOSITORY"),
    ) {
        return Some((format!("{repository} {runner}"), "RUNNER_NAME"));
    }
    CI.iter()
        .filter(|(marker, _)| around.variable(marker).is_some())
        .flat_map(|(_, names)| names.iter())
        .find_map(|name| Some((around.variable(name)?, *name)))
}

const VARIABLE: &str = "STSBENCH_VANTAGE";

/// Whether `text` can be the name of a place.
pub(crate) fn is_vantage_name(text: &str) -> bool {
    (1..=MOST_CHARACTERS).contains(&text.chars().count())
        && !text.trim().is_empty()
        && !text.chars().any(char::is_control)
}

/// `text` without what a terminal would obey, and short.
fn fit(text: &str) -> String {
    let shown = text.chars().filter(|c| !c.is_control());
    shown.take(MOST_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_named_anew_each_time_is_told_by_its_name() {
        for (host, why) in [
            ("3f2a9c0d1e4b", Some(EphemeralHost::Container)),
            ("ip-10-0-3-27", Some(EphemeralHost::Address)),
            (
                "ip-10-0-3-27.eu-west-1.compute.internal",
                Some(EphemeralHost::Address),
            ),
            ("i-0123456789abcdef0", Some(EphemeralHost::Address)),
            ("fv-az1234-567", Some(EphemeralHost::Runner)),
            ("runnervmabcde", Some(EphemeralHost::Runner)),
            ("stsbench-7d4b9c6f5d-x2x8z", Some(EphemeralHost::Pod)),
            ("annas-laptop", None),
            ("build-server-12", None),
            ("web-01.example.com", None),
            ("deadbeef", None),
            ("", None),
        ] {
            let of_host = |text: &str| VantageName {
                text: text.to_owned(),
                source: NameSource::Host,
            };
            assert_eq!(of_host(host).ephemeral(), why, "{host}");
        }
        assert_eq!(VantageName::given("3f2a9c0d1e4b").ephemeral(), None);
    }
}
