//! Parameters with which each operation succeeds for the first user, as an emulator announces them.

use std::collections::BTreeMap;

use time::Duration;

use sts_model::Operation;

use crate::iam::identities::{Identity, Role, Session};
use crate::iam::policy::Context;
use crate::operations::decode_authorization_message::encoded;
use crate::operations::get_delegated_access_token::trade_in_token;
use crate::operations::inquiry::Inquiry;

/// Values by parameter, under the names of the AWS CLI, for every operation that needs any and can be called by the first
/// user. What they refer to is in `inquiry`'s identities; its own parameters mean nothing.
pub(crate) fn ready_made(inquiry: Inquiry<'_>) -> BTreeMap<Operation, BTreeMap<String, String>> {
    let mut all = ReadyMade::default();
    let Some(user) = inquiry.identities.first_user() else {
        return all.0;
    };
    let credentials = inquiry.identities.credentials();
    let key = credentials
        .first()
        .map(|credentials| credentials.access_key_id.as_str())
        .unwrap_or_default();
    all.add(Operation::GetAccessKeyInfo, &[("access-key-id", key)]);
    all.add(Operation::GetFederationToken, &[("name", "simulated")]);
    if let Some(role) = inquiry.identities.role(&user.account, "simulated") {
        let session = Session::plain(&user.account, Identity::User(user.entity.clone()));
        all.add_calls_about(role, inquiry, &session);
    }
    all.add(
        Operation::GetWebIdentityToken,
        &[
            ("audience", "https://stsbench.invalid"),
            ("signing-algorithm", "ES384"),
        ],
    );
    if let Some(role) = inquiry.identities.role(&user.account, "federated") {
        all.add_federated_calls(role, inquiry);
    }
    if let Some(member) = inquiry.identities.another_account(&user.account) {
        let partition = inquiry.partition;
        let task = format!("arn:{partition}:iam::aws:policy/root-task/IAMAuditRootUserCredentials");
        all.add(
            Operation::AssumeRoot,
            &[("target-principal", member), ("task-policy-arn", &task)],
        );
    }
    all.0
}

/// What has been made ready so far.
#[derive(Default)]
struct ReadyMade(BTreeMap<Operation, BTreeMap<String, String>>);

impl ReadyMade {
    fn add(&mut self, operation: Operation, parameters: &[(&str, &str)]) {
        let owned = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.0.insert(operation, owned.collect());
    }

    /// The calls that name `role`, which the user may assume; `refused` is a session that could not look at it.
    fn add_calls_about(&mut self, role: &Role, inquiry: Inquiry<'_>, refused: &Session) {
        let arn = role.arn_in(inquiry.partition);
        self.add(
            Operation::AssumeRole,
            &[("role-arn", &arn), ("role-session-name", "stsbench")],
        );
        let token = trade_in_token(inquiry.identities, &role.arn(), inquiry.now + GOOD_FOR);
        self.add(
            Operation::GetDelegatedAccessToken,
            &[("trade-in-token", &token)],
        );
        let message = encoded(inquiry, refused, "iam:GetRole", &arn, &Context::default());
        self.add(
            Operation::DecodeAuthorizationMessage,
            &[("encoded-message", &message)],
        );
    }

    /// The calls by which a built-in identity provider vouches for who assumes `role`.
    fn add_federated_calls(&mut self, role: &Role, inquiry: Inquiry<'_>) {
        let arn = role.arn_in(inquiry.partition);
        if let Some(token) = inquiry.providers.own_token(inquiry.now) {
            let parameters = [
                ("role-arn", arn.as_str()),
                ("role-session-name", "stsbench"),
                ("web-identity-token", &token),
            ];
            self.add(Operation::AssumeRoleWithWebIdentity, &parameters);
        }
        let own = inquiry
            .providers
            .own_response(&arn, inquiry.partition, inquiry.now);
        if let Some((response, provider)) = own {
            let parameters = [
                ("role-arn", arn.as_str()),
                ("principal-arn", &provider),
                ("saml-assertion", &response),
            ];
            self.add(Operation::AssumeRoleWithSaml, &parameters);
        }
    }
}

/// Longer than a run lasts.
const GOOD_FOR: Duration = Duration::hours(12);
