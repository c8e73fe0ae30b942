//! Identity providers whose tokens anybody can have: IAM takes no trust in them that does not ask whose token it is (IAM user
//! guide, "Identity-provider controls for shared OIDC providers").

use crate::iam::policy::condition::Condition;
use crate::iam::policy::document::{Effect, Policy, PrincipalPattern, Statement};

impl Policy {
    /// A condition key about which no condition asks though the policy trusts a provider that needs it.
    pub(crate) fn missing_control(&self) -> Option<String> {
        let allowing = self.statements.iter();
        let mut allowing = allowing.filter(|statement| statement.effect == Effect::Allow);
        allowing.find_map(Statement::missing_control)
    }
}

impl Statement {
    fn missing_control(&self) -> Option<String> {
        let mut needed = self.principals.iter().flatten().filter_map(control);
        needed.find(|key| !self.conditions.iter().any(|it| it.controls(key)))
    }
}

impl Condition {
    /// Whether it asks about `key`, with values that are more than wildcards.
    fn controls(&self, key: &str) -> bool {
        let is_open = |value: &String| value.chars().all(|letter| matches!(letter, '*' | '?'));
        self.key.eq_ignore_ascii_case(key)
            && !self.operator.asks_for_presence()
            && !self.values.iter().any(is_open)
    }
}

/// The condition key that trust in the principal needs, if it is a shared provider.
fn control(principal: &PrincipalPattern) -> Option<String> {
    let PrincipalPattern::Federated(name) = principal else {
        return None;
    };
    let provider = name
        .split_once(":oidc-provider/")
        .map_or(name.as_str(), |(_, provider)| provider);
    let (_, claim) = CONTROLS.iter().find(|(known, _)| *known == provider)?;
    Some(if claim.contains(':') {
        (*claim).to_owned()
    } else {
        format!("{provider}:{claim}")
    })
}

/// Each provider with the claim, or the condition key, that has to be asked about. Those of IBM Turbonomic are missing: their
/// URLs change.
const CONTROLS: [(&str, &str); 16] = [
    ("agent.buildkite.com", "sub"),
    ("api.pulumi.com/oidc", "aud"),
    ("app.terraform.io", "sub"),
    ("cognito-identity.amazonaws.com", "aud"),
    ("gitlab.com", "sub"),
    ("oidc-configuration.audit-log.githubusercontent.com", "sub"),
    ("oidc.codefresh.io", "sub"),
    ("oidc.vercel.com", "aud"),
    ("proidc.upbound.io", "sub"),
    ("sandboxes.cloud", "aud"),
    ("scalr.io", "sub"),
    (
        "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d",
        "sts:RoleSessionName",
    ),
    ("studio.datachain.ai/api", "sub"),
    ("token.actions.githubusercontent.com", "sub"),
    ("tokens.cloud.shisho.dev", "sub"),
    ("vstoken.actions.githubusercontent.com", "sub"),
];

#[cfg(test)]
mod tests {
    use crate::iam::policy::{Policy, PolicyKind};

    #[test]
    fn trust_in_a_shared_provider_asks_whose_token_it_is() {
        let missing = |provider: &str, condition: &str| {
            let text = format!(
                r#"{{"Statement": {{"Effect": "Allow", "Principal": {{"Federated": "{provider}"}},
                    "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {condition}}}}}"#
            );
            let policy = Policy::read(&text, PolicyKind::Trust);
            policy.expect("a policy").missing_control()
        };
        let arn = |name: &str| format!("arn:aws:iam::123456789012:oidc-provider/{name}");
        let github = "token.actions.githubusercontent.com";
        let sub = Some(format!("{github}:sub"));
        for (condition, expected) in [
            ("{}", &sub),
            (
                r#"{"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}}"#,
                &sub,
            ),
            (
                r#"{"StringEquals": {"token.actions.githubusercontent.com:repository": "o/r"}}"#,
                &sub,
            ),
            (
                r#"{"StringLike": {"token.actions.githubusercontent.com:sub": "*"}}"#,
                &sub,
            ),
            (
                r#"{"StringLike": {"token.actions.githubusercontent.com:sub": ["repo:o/r:*", "??*"]}}"#,
                &sub,
            ),
            (
                r#"{"Null": {"token.actions.githubusercontent.com:sub": "false"}}"#,
                &sub,
            ),
            (
                r#"{"StringLike": {"Token.Actions.githubusercontent.com:SUB": "repo:o/*"}}"#,
                &None,
            ),
        ] {
            assert_eq!(&missing(&arn(github), condition), expected, "{condition}");
        }
        for (provider, key) in [
            (arn("gitlab.com"), Some("gitlab.com:sub")),
            (arn("app.terraform.io"), Some("app.terraform.io:sub")),
            (arn("oidc.vercel.com"), Some("oidc.vercel.com:aud")),
            (
                arn("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d"),
                Some("sts:RoleSessionName"),
            ),
            (
                "cognito-identity.amazonaws.com".to_owned(),
                Some("cognito-identity.amazonaws.com:aud"),
            ),
            (arn("idp.example.com"), None),
            ("accounts.google.com".to_owned(), None),
        ] {
            assert_eq!(missing(&provider, "{}").as_deref(), key, "{provider}");
        }
    }
}
