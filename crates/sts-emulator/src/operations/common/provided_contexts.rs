//! `ProvidedContexts`: what a context provider, such as IAM Identity Center, says about whom the caller acts for.
//!
//! AWS seals such assertions for its own providers. An emulator has no context provider, so none is genuine here: a caller who
//! may set a context is told that its assertion is invalid, and no session has a context.

use sts_model::FaultCode;

use crate::operations::inquiry::Inquiry;
use crate::service::answer::FaultReply;
use crate::service::parameters::{Member, Violations};

/// The contexts that are asked for.
#[derive(Debug)]
pub(crate) struct ProvidedContexts {
    count: usize,
}

impl ProvidedContexts {
    /// Reads them and notes what they break.
    pub(crate) fn read(inquiry: Inquiry<'_>, violations: &mut Violations) -> Self {
        let contexts = inquiry.parameters.members("ProvidedContexts");
        let arn =
            |context: &Member<'_>| context.field("ProviderArn").unwrap_or_default().to_owned();
        let arns: Vec<String> = contexts.iter().map(arn).collect();
        let listed: Vec<&str> = arns.iter().map(String::as_str).collect();
        violations.count("providedContexts", &listed, 0..=5);
        for (at, context) in (1..).zip(&contexts) {
            let name = |field: &str| format!("providedContexts.{at}.member.{field}");
            if let Some(arn) = context.field("ProviderArn") {
                violations.arn(&name("providerArn"), arn);
            }
            if let Some(assertion) = context.field("ContextAssertion") {
                violations.length(&name("contextAssertion"), assertion, 4..=3_072);
            }
        }
        Self {
            count: contexts.len(),
        }
    }

    /// Whether there are any, for which `sts:SetContext` is needed.
    pub(crate) fn are_given(&self) -> bool {
        self.count > 0
    }

    /// Refuses all there are; the words are the service model's description.
    pub(crate) fn verify(&self) -> Result<(), FaultReply> {
        if self.count == 0 {
            return Ok(());
        }
        let message = "The context assertion that was provided is invalid. This can happen if the context assertion is \
                       malformed, has expired, or does not match a trusted context provider.";
        Err(FaultReply::new(
            400,
            FaultCode::InvalidContextAssertion,
            message,
        ))
    }
}
