//! GetScopedCredentials: the caller's own session once more, with fewer permissions or a sooner end.

use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::parameter::{Kind, Parameter};
use crate::operation::rules::{Alphabet, Bounds, Text};
use crate::operation::shapes::{MINIMUM_SESSION_TOKEN_SIZE, POLICY, duration_seconds};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "GetScopedCredentials",
    cli_name: "get-scoped-credentials",
    purpose: "the caller's session with fewer permissions or a sooner end",
    authentication: Authentication::Signed,
    accepts: Accepts::Temporary,
    offered: Offered::RegionallyOnly,
    quota: Quota::Unlisted,
    permission: Permission::Caller,
    audit: Audit::Unobserved,
    // Without a duration they end with the caller's session.
    default_seconds: None,
    parameters: &[
        POLICY,
        // STS needs a policy or a duration; one minute is within every session that is worth measuring with.
        duration_seconds(1, 129_600, "60"),
        MINIMUM_SESSION_TOKEN_SIZE,
        Parameter::new(
            "ScopedSessionDescription",
            "scoped-session-description",
            Kind::Text(DESCRIPTION),
        )
        .identifying(),
    ],
    returns: Returns::Credentials,
};

/// What CloudTrail keeps of the session's purpose (`scopedSessionDescriptionType`).
const DESCRIPTION: Text = Text {
    length: Bounds::new(2, 256),
    alphabet: Alphabet {
        pattern: r"[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*",
        admits: |text| {
            text.chars()
                .all(|c| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{A1}'..='\u{FF}'))
        },
    },
};
