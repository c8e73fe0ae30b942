//! Parameters with which each operation succeeds for the first user, as an emulator announces them.

use std::collections::BTreeMap;

use time::Duration;

use sts_model::Operation;

use crate::iam::identities::{Identity, Session};
use crate::iam::policy::Context;
use crate::operations::decode_authorization_message::encoded;
use crate::operations::get_delegated_access_token::trade_in_token;
use crate::operations::inquiry::Inquiry;

/// Values by parameter, under the names of the AWS CLI, for every operation that needs any and can be called by the first
/// user. What they refer to is in `inquiry`'s identities; its own parameters mean nothing.
pub(crate) fn ready_made(inquiry: Inquiry<'_>) -> BTreeMap<Operation, BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    let mut add = |operation, parameters: &[(&str, &str)]| {
        let owned = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        all.insert(operation, owned.collect());
    };
    let Some(user) = inquiry.identities.first_user() else {
        return all;
    };
    let credentials = inquiry.identities.credentials();
    let key = credentials
        .first()
        .map(|credentials| credentials.access_key_id.as_str())
        .unwrap_or_default();
    add(Operation::GetAccessKeyInfo, &[("access-key-id", key)]);
    add(Operation::GetFederationToken, &[("name", "simulated")]);
    if let Some(role) = inquiry.identities.role(&user.account, "simulated") {
        let arn = role.arn();
        add(
            Operation::AssumeRole,
            &[("role-arn", &arn), ("role-session-name", "stsbench")],
        );
        let token = trade_in_token(inquiry.identities, &arn, inquiry.now + GOOD_FOR);
        add(
            Operation::GetDelegatedAccessToken,
            &[("trade-in-token", &token)],
        );
        let nobody = Session::plain(&user.account, Identity::User(user.entity.clone()));
        let message = encoded(inquiry, &nobody, "iam:GetRole", &arn, &Context::default());
        add(
            Operation::DecodeAuthorizationMessage,
            &[("encoded-message", &message)],
        );
    }
    add(
        Operation::GetWebIdentityToken,
        &[
            ("audience", "https://stsbench.invalid"),
            ("signing-algorithm", "ES384"),
        ],
    );
    if let Some(role) = inquiry.identities.role(&user.account, "federated") {
        let arn = role.arn();
        if let Some(token) = inquiry.providers.own_token(inquiry.now) {
            let parameters = [
                ("role-arn", arn.as_str()),
                ("role-session-name", "stsbench"),
                ("web-identity-token", &token),
            ];
            add(Operation::AssumeRoleWithWebIdentity, &parameters);
        }
        if let Some((response, provider)) = inquiry.providers.own_response(&arn, inquiry.now) {
            let parameters = [
                ("role-arn", arn.as_str()),
                ("principal-arn", &provider),
                ("saml-assertion", &response),
            ];
            add(Operation::AssumeRoleWithSaml, &parameters);
        }
    }
    if let Some(member) = inquiry.identities.another_account(&user.account) {
        let task = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials";
        add(
            Operation::AssumeRoot,
            &[("target-principal", member), ("task-policy-arn", task)],
        );
    }
    all
}

/// Longer than a run lasts.
const GOOD_FOR: Duration = Duration::hours(12);
