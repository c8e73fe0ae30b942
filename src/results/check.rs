//! What a run says against itself: plain data, judged elsewhere, kept with the run for readers without this program.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};

use super::finding::{Finding, ServiceFinding};
use crate::plan::TargetId;

/// What one check found of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Check {
    /// Stable name, such as `schedule-slip`.
    pub name: Cow<'static, str>,
    /// The rule that it carries out, `V1` to `V18`; several checks can share one, and some stand beside the rules.
    #[serde(default)]
    pub rule: Option<Cow<'static, str>>,
    /// How much it matters.
    pub verdict: CheckVerdict,
    /// What is computed.
    #[serde(default)]
    pub formula: Cow<'static, str>,
    /// What it came to, in the formula's unit; absent where nothing could be computed.
    #[serde(default)]
    pub statistic: Option<f64>,
    /// From where on it warns and refuses.
    #[serde(default)]
    pub threshold: Cow<'static, str>,
    /// One sentence: what was seen, the threshold, what to do. Empty until it is written from the finding.
    pub text: String,
    /// The same as a value; absent in files of versions without findings.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "known_finding"
    )]
    pub finding: Option<Finding>,
    /// The numbers that a warning or refusal is about.
    #[serde(default)]
    pub reach: Reach,
}

/// The numbers of a run that a check is about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Reach {
    /// The targets; empty for all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<TargetId>,
    /// The lowest percentile that is touched, as a share; absent for all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_percentile: Option<f64>,
    /// Which claims are touched.
    #[serde(default)]
    pub claims: Claims,
}

/// What a number is used for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claims {
    /// Whatever it is used for.
    #[default]
    All,
    /// Claims about one endpoint alone. Comparisons within the same blocks stay, because what moves both sides cancels.
    OneEndpoint,
}

/// How much a check matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckVerdict {
    /// Nothing to see.
    Ok,
    /// This system or run does not tell.
    Unknown,
    /// Shown beside the numbers.
    Warn,
    /// The numbers within its reach must not be used.
    Invalid,
}

impl CheckVerdict {
    /// A warning where `is_off`, else nothing to see.
    pub(crate) fn warn_if(is_off: bool) -> Self {
        if is_off { Self::Warn } else { Self::Ok }
    }

    /// As in files and sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unknown => "unknown",
            Self::Warn => "warn",
            Self::Invalid => "invalid",
        }
    }
}

impl Check {
    /// A check of the whole run that stands beside the rules.
    pub fn new(name: impl Into<Cow<'static, str>>, verdict: CheckVerdict, text: String) -> Self {
        Self {
            name: name.into(),
            rule: None,
            verdict,
            formula: Cow::Borrowed(""),
            statistic: None,
            threshold: Cow::Borrowed(""),
            text,
            finding: None,
            reach: Reach::default(),
        }
    }

    /// With what the formula came to; infinity and NaN are left out.
    #[must_use]
    pub fn measuring(self, statistic: f64) -> Self {
        Self {
            statistic: Some(statistic).filter(|statistic| statistic.is_finite()),
            ..self
        }
    }

    /// About these targets, each once, however often a check met it; none of them means all.
    #[must_use]
    pub fn about(self, mut targets: Vec<TargetId>) -> Self {
        let mut met = BTreeSet::new();
        targets.retain(|target| met.insert(*target));
        Self {
            reach: Reach {
                targets,
                ..self.reach
            },
            ..self
        }
    }

    /// About the percentile of that share and those above it.
    #[must_use]
    pub fn from_percentile(self, share: f64) -> Self {
        Self {
            reach: Reach {
                from_percentile: Some(share),
                ..self.reach
            },
            ..self
        }
    }

    /// About claims on one endpoint alone.
    #[must_use]
    pub fn of_one_endpoint(self) -> Self {
        Self {
            reach: Reach {
                claims: Claims::OneEndpoint,
                ..self.reach
            },
            ..self
        }
    }

    /// Its name, with the rule's before it where there is one: `V9 throttling`.
    pub fn title(&self) -> String {
        match &self.rule {
            Some(rule) => format!("{rule} {}", self.name),
            None => self.name.to_string(),
        }
    }

    /// Whether this check forbids the percentile of that share of the target's answers for such claims.
    pub fn forbids(&self, target: TargetId, share: f64, claims: Claims) -> bool {
        let Reach {
            targets,
            from_percentile,
            claims: touched,
        } = &self.reach;
        self.verdict == CheckVerdict::Invalid
            && (targets.is_empty() || targets.contains(&target))
            && from_percentile.is_none_or(|from| share >= from)
            && (*touched == Claims::All || claims == Claims::OneEndpoint)
    }
}

/// Whether some of the checks refuse the target because what it measured was not one thing: it changed during the run, so that
/// no length of a run decides anything about it.
pub(crate) fn moved(checks: &[Check], target: TargetId) -> bool {
    checks.iter().any(|check| {
        let found = matches!(
            check.finding,
            Some(Finding::Service(ServiceFinding::Moved { .. }))
        );
        found && check.forbids(target, 0.0, Claims::OneEndpoint)
    })
}

/// A finding that this version knows. Any other, such as one of a later version, is left out: its text stands beside it.
fn known_finding<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Finding>, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(value.and_then(|value| Finding::deserialize(value).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reach: Reach) -> Check {
        Check {
            name: "stalls".into(),
            rule: Some("V3".into()),
            verdict: CheckVerdict::Invalid,
            formula: "calls touched / calls".into(),
            statistic: Some(0.1),
            threshold: "0.05".into(),
            text: String::new(),
            finding: None,
            reach,
        }
    }

    #[test]
    fn a_check_that_met_a_target_in_several_windows_is_about_it_once() {
        let met = [1, 0, 1, 1].map(TargetId);
        let about = check(Reach::default()).about(met.to_vec()).reach.targets;
        assert_eq!(about, [TargetId(1), TargetId(0)]);
    }

    #[test]
    fn a_refusal_reaches_what_it_is_about_and_nothing_else() {
        let all = check(Reach::default());
        assert!(all.forbids(TargetId(7), 0.5, Claims::All));
        let tails = check(Reach {
            targets: vec![TargetId(1)],
            from_percentile: Some(0.99),
            claims: Claims::All,
        });
        assert!(
            tails.forbids(TargetId(1), 0.99, Claims::All)
                && tails.forbids(TargetId(1), 0.999, Claims::OneEndpoint)
        );
        assert!(
            !tails.forbids(TargetId(1), 0.95, Claims::All)
                && !tails.forbids(TargetId(2), 0.99, Claims::All)
        );
        let alone = check(Reach {
            claims: Claims::OneEndpoint,
            ..Reach::default()
        });
        assert!(
            alone.forbids(TargetId(0), 0.5, Claims::OneEndpoint)
                && !alone.forbids(TargetId(0), 0.5, Claims::All)
        );
        let warning = Check {
            verdict: CheckVerdict::Warn,
            ..all
        };
        assert!(!warning.forbids(TargetId(7), 0.5, Claims::All));
    }
}
