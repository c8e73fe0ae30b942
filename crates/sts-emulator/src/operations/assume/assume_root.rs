//! AssumeRoot: a member account's root, for one task, for its organisation's management account.

use crate::iam::arn::{in_aws, is_account, is_of_partition};
use crate::iam::identities::{Identity, Principal, Session};
use crate::operations::common::authorization::{denied, require};
use crate::operations::common::context::caller_context;
use crate::operations::common::issuance::{check_minimum_size, issue};
use crate::operations::common::session_parameters::duration_seconds;
use crate::operations::inquiry::Inquiry;
use crate::service::answer::{Element, FaultReply};
use crate::service::parameters::Violations;

pub(crate) fn perform(
    inquiry: Inquiry<'_>,
    caller: &Principal,
) -> Result<Vec<Element>, FaultReply> {
    let mut violations = Violations::default();
    let target = violations.required(
        "targetPrincipal",
        inquiry.parameters.first("TargetPrincipal"),
    );
    if let Some(target) = target {
        violations.length("targetPrincipal", target, 12..=2_048);
    }
    let task = inquiry.parameters.first("TaskPolicyArn.arn");
    let task = violations.required("taskPolicyArn", task);
    if let Some(task) = task {
        violations.arn("taskPolicyArn.arn", task);
    }
    let seconds = duration_seconds(
        inquiry,
        &mut violations,
        LONGEST_SECONDS,
        0..=LONGEST_SECONDS,
    )?;
    check_minimum_size(inquiry, &mut violations)?;
    violations.into_result()?;
    let (target, task) = (target.unwrap_or_default(), task.unwrap_or_default());
    let of_task = in_aws(task);
    let is_task = TASKS.contains(&of_task.as_str()) && is_of_partition(task, inquiry.partition);
    let account = |target| account(target, inquiry.partition);
    let resource = match account(target) {
        Some(account) => format!("arn:{}:iam::{account}:root", inquiry.partition),
        None => target.to_owned(),
    };
    let mut context = caller_context(inquiry, caller);
    context.set("sts:TaskPolicyArn", of_task.clone());
    let refusal = || denied(inquiry, caller, "sts:AssumeRoot", Some(&resource), "");
    // Only the management account's users and roles may, never a root, and only for another account's root.
    let is_manager = inquiry.identities.management_account() == Some(caller.account());
    let is_root = matches!(caller.session.identity, Identity::Root);
    let member = account(target)
        .filter(|account| *account != caller.account() && inquiry.identities.has_account(account))
        .filter(|_| is_manager && !is_root && is_task);
    let Some(member) = member else {
        return Err(refusal());
    };
    require(inquiry, caller, "sts:AssumeRoot", Some(&resource), &context)?;
    let session = Session {
        source_identity: caller.session.source_identity.clone(),
        policy_arns: vec![of_task],
        ..Session::plain(member, Identity::Root)
    };
    let issuance = issue(inquiry, &session, seconds)?;
    let mut result = vec![issuance.credentials()];
    result.extend(
        session
            .source_identity
            .as_deref()
            .map(|source| Element::text("SourceIdentity", source)),
    );
    result.extend(issuance.sizes());
    Ok(result)
}

/// The account whose root `target` is: by number or by ARN.
fn account<'a>(target: &'a str, partition: &str) -> Option<&'a str> {
    let account = match target.strip_prefix("arn:") {
        Some(rest) => {
            let rest = rest.strip_prefix(partition)?.strip_prefix(":iam::")?;
            rest.strip_suffix(":root")?
        }
        None => target,
    };
    is_account(account).then_some(account)
}

/// Fifteen minutes (service model 2011-06-15), which is also the default.
const LONGEST_SECONDS: i32 = 900;

/// The managed policies for tasks of root (AssumeRoot, API reference).
const TASKS: [&str; 5] = [
    "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
    "arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword",
    "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials",
    "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy",
    "arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy",
];
