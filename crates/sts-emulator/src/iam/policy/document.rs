//! A policy document and its evaluation.

use crate::iam::policy::condition::Condition;
use crate::iam::policy::context::Context;
use crate::iam::policy::pattern::Pattern;

/// A policy, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Policy {
    pub(super) statements: Vec<Statement>,
    /// Whether `${…}` stands for something: from the version 2012-10-17 on.
    pub(super) has_variables: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statement {
    pub effect: Effect,
    /// In trust policies; no other policy's statements have any.
    pub principals: Option<Vec<PrincipalPattern>>,
    pub actions: Listed<String>,
    /// In identity and session policies.
    pub resources: Option<Listed<String>>,
    pub conditions: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// A list, or with `Not` in front of its name all that is not in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Listed<T> {
    pub negated: bool,
    pub values: Vec<T>,
}

/// Whom a statement of a trust policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PrincipalPattern {
    Anyone,
    /// An account by its number or its root's ARN; the account decides which of its own may.
    Account(String),
    /// A user, a role or a role's session by ARN.
    Arn(String),
    /// An AWS service; never a caller of the emulator's.
    Service(String),
    /// An identity provider by its ARN or host.
    Federated(String),
}

/// Who asks, in the terms of a trust policy. ARNs are in the partition `aws`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject<'a> {
    /// A caller who has signed.
    Caller {
        /// Twelve digits.
        account: &'a str,
        /// The caller's own ARN first and then, for a role's session, the role's.
        arns: &'a [String],
    },
    /// A principal for whom an identity provider vouches.
    Federated {
        /// The provider's ARN, the host of one that every account has, or both.
        names: &'a [String],
    },
}

/// What is to be decided.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    /// Such as `sts:AssumeRole`.
    pub action: &'a str,
    /// An ARN in the partition `aws`, or `*`.
    pub resource: &'a str,
    pub context: &'a Context,
}

/// What a policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed(Grant),
    /// Nothing applies.
    Silent,
    /// A statement denies it, whatever others allow.
    Denied,
}

/// How far an allowing statement reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grant {
    /// To the caller's account, whose own policies then decide.
    Account,
    /// To the role whose session the caller is.
    Role,
    /// To the caller itself, by its own ARN or with everybody.
    Caller,
}

impl Policy {
    /// What the policy says to the question. `subject` is who asks a trust policy; identity and session policies name nobody.
    pub(crate) fn evaluate(&self, question: Question<'_>, subject: Option<Subject<'_>>) -> Verdict {
        let mut verdict = Verdict::Silent;
        for statement in &self.statements {
            let Some(grant) = statement.applies(question, subject, self.has_variables) else {
                continue;
            };
            match (statement.effect, verdict) {
                (Effect::Deny, _) => return Verdict::Denied,
                (Effect::Allow, Verdict::Allowed(so_far)) => {
                    verdict = Verdict::Allowed(so_far.max(grant));
                }
                (Effect::Allow, _) => verdict = Verdict::Allowed(grant),
            }
        }
        verdict
    }
}

impl Policy {
    /// The condition keys that it asks about.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.statements
            .iter()
            .flat_map(|statement| &statement.conditions)
            .map(|condition| condition.key.as_str())
    }
}

impl Policy {
    /// The ARNs and hosts of the principals that it names: users, roles, sessions and providers.
    pub(crate) fn principals(&self) -> impl Iterator<Item = &str> {
        let named = self.statements.iter().flat_map(|it| &it.principals);
        named.flatten().filter_map(|principal| match principal {
            PrincipalPattern::Arn(name) | PrincipalPattern::Federated(name) => Some(name.as_str()),
            PrincipalPattern::Anyone
            | PrincipalPattern::Account(_)
            | PrincipalPattern::Service(_) => None,
        })
    }
}

impl Statement {
    fn applies(
        &self,
        question: Question<'_>,
        subject: Option<Subject<'_>>,
        has_variables: bool,
    ) -> Option<Grant> {
        let pattern = |text: &str| {
            if has_variables {
                Pattern::with_variables(text, question.context)
            } else {
                Pattern::plain(text)
            }
        };
        let grant = match (&self.principals, subject) {
            (None, _) => Grant::Caller,
            (Some(principals), Some(subject)) => {
                let grants = principals
                    .iter()
                    .filter_map(|one| one.reach(subject, self.effect));
                grants.max()?
            }
            (Some(_), None) => return None,
        };
        let action = question.action.to_ascii_lowercase();
        let acts = self
            .actions
            .contains(|wanted| Pattern::plain(&wanted.to_ascii_lowercase()).matches(&action));
        let reaches = self.resources.as_ref().is_none_or(|resources| {
            resources.contains(|wanted| pattern(wanted).matches(question.resource))
        });
        let holds = || {
            self.conditions
                .iter()
                .all(|condition| condition.holds(question.context, pattern))
        };
        (acts && reaches && holds()).then_some(grant)
    }
}

impl<T> Listed<T> {
    fn contains(&self, matches: impl Fn(&T) -> bool) -> bool {
        self.values.iter().any(matches) != self.negated
    }
}

impl PrincipalPattern {
    /// A provider has to be trusted by its name (AssumeRoleWithWebIdentity and AssumeRoleWithSAML, API reference); what is denied to
    /// everybody is denied to whom it vouches for too.
    fn reach(&self, subject: Subject<'_>, effect: Effect) -> Option<Grant> {
        match (self, subject) {
            (Self::Anyone, Subject::Federated { .. }) if effect == Effect::Allow => None,
            (Self::Anyone, _) => Some(Grant::Caller),
            (Self::Account(named), Subject::Caller { account, .. }) => {
                (named == account).then_some(Grant::Account)
            }
            (Self::Arn(named), Subject::Caller { arns, .. }) => {
                match arns.iter().position(|arn| arn == named)? {
                    0 => Some(Grant::Caller),
                    _ => Some(Grant::Role),
                }
            }
            (Self::Federated(named), Subject::Federated { names }) => {
                names.contains(named).then_some(Grant::Caller)
            }
            _ => None,
        }
    }
}
