//! What STS allows the caller of what is asked for, as far as the kind of caller decides. Of a caller whom STS did not name
//! nothing is said but what it refuses to everybody with such credentials.

use crate::notice::{DoctorFinding, DoctorSubject};
use sts_model::{Operation, Permission, Principal};

/// What a caller of that kind may call. `temporary` is `None` without credentials.
pub(super) fn findings(
    operations: &[Operation],
    principal: Option<Principal>,
    temporary: Option<bool>,
) -> Vec<DoctorFinding> {
    let unknown = DoctorFinding::NotChecked {
        subject: DoctorSubject::Permissions,
        why: "it is not known who calls",
    };
    let Some(temporary) = temporary else {
        return vec![unknown];
    };
    let refused = |operation: Operation| match principal.and_then(|it| operation.refused_to(it)) {
        Some(caller) => Some(caller),
        None if temporary
            && operation.is_signed()
            && !operation.accepts_temporary_credentials() =>
        {
            Some("temporary credentials (roles, SSO and sessions have such)")
        }
        None if !temporary
            && operation.is_signed()
            && !operation.accepts_long_term_credentials() =>
        {
            Some("long-term keys (of an IAM user or the root user)")
        }
        None => None,
    };
    let mut found = Vec::new();
    let allowed: Vec<Operation> = operations
        .iter()
        .copied()
        .filter(|operation| refused(*operation).is_none())
        .collect();
    if let Some(caller) = operations.iter().find_map(|operation| refused(*operation)) {
        let operations = operations.iter().copied();
        found.push(DoctorFinding::MayNotCall {
            operations: operations.filter(|it| refused(*it).is_some()).collect(),
            caller: caller.to_owned(),
            all: allowed.is_empty(),
        });
    }
    if temporary && principal == Some(Principal::User) {
        let doubtful = doubtful(&allowed);
        found.extend((!doubtful.is_empty()).then_some(DoctorFinding::MayBeRefused(doubtful)));
    }
    if allowed.is_empty() {
        return found;
    }
    if principal.is_none() {
        found.push(unknown);
    } else {
        let by_policy = allowed.iter().copied();
        found.push(DoctorFinding::MayCall {
            by_policy: by_policy.filter(|it| needs_policy(*it)).collect(),
            operations: allowed,
        });
    }
    found
}

/// Those that STS refuses to the credentials of GetSessionToken, which look like others of a user.
fn doubtful(operations: &[Operation]) -> Vec<Operation> {
    let open = [Operation::AssumeRole, Operation::GetCallerIdentity];
    let signed = operations.iter().copied();
    signed
        .filter(|operation| operation.is_signed() && !open.contains(operation))
        .collect()
}

fn needs_policy(operation: Operation) -> bool {
    operation.facts().permission != Permission::Nothing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::FindingMark;

    const DEFAULT: [Operation; 2] = [Operation::GetCallerIdentity, Operation::GetSessionToken];

    #[test]
    fn a_user_may_call_what_runs_ask_for_and_a_role_half_of_it() {
        let user = findings(&DEFAULT, Some(Principal::User), Some(false));
        assert_eq!(
            user,
            [DoctorFinding::MayCall {
                operations: DEFAULT.to_vec(),
                by_policy: Vec::new()
            }]
        );
        let role = findings(&DEFAULT, Some(Principal::AssumedRole), Some(true));
        assert_eq!(role.len(), 2, "{role:?}");
        assert_eq!(
            role[0].to_string(),
            "STS refuses get-session-token to a role's session"
        );
        assert_eq!(role[0].mark(), FindingMark::Warn);
        assert_eq!(
            role[1].to_string(),
            "this caller may call get-caller-identity"
        );
    }

    #[test]
    fn a_caller_to_whom_all_is_refused_has_failed() {
        let only = [Operation::GetSessionToken];
        let found = findings(&only, None, Some(true));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].mark(), FindingMark::Fail);
    }

    #[test]
    fn of_a_caller_whom_nobody_named_is_said_only_what_such_credentials_are_refused() {
        let keys = findings(&DEFAULT, None, Some(false));
        assert_eq!(keys.len(), 1, "{keys:?}");
        assert_eq!(keys[0].mark(), FindingMark::Skip);
        let session = findings(&DEFAULT, None, Some(true));
        let marks: Vec<FindingMark> = session.iter().map(DoctorFinding::mark).collect();
        assert_eq!(marks, [FindingMark::Warn, FindingMark::Skip], "{session:?}");
    }

    #[test]
    fn policies_and_sessions_of_users_are_doubted() {
        let asked = [Operation::AssumeRole, Operation::GetFederationToken];
        let found = findings(&asked, Some(Principal::User), Some(false));
        let said = found[0].to_string();
        assert!(
            said.ends_with("a policy has to allow assume-role, get-federation-token"),
            "{said}"
        );
        let root = findings(&asked, Some(Principal::Root), Some(false));
        assert!(
            root[0]
                .to_string()
                .ends_with("assume-role to the root user"),
            "{root:?}"
        );
        let session = findings(
            &[Operation::AssumeRole, Operation::GetAccessKeyInfo],
            Some(Principal::User),
            Some(true),
        );
        assert!(
            session
                .iter()
                .any(|found| matches!(found, DoctorFinding::MayBeRefused(_))),
            "{session:?}"
        );
        let nobody = findings(&asked, None, None);
        assert_eq!(nobody[0].mark(), FindingMark::Skip);
    }
}
