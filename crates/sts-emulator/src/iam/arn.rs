//! What is in an ARN's head: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.

/// `arn` as it is in the partition `aws`. The emulator's accounts are the same in every partition, and its policies are
/// written in this one.
pub(crate) fn in_aws(arn: &str) -> String {
    match arn
        .strip_prefix("arn:")
        .and_then(|rest| rest.split_once(':'))
    {
        Some((_, rest)) => format!("arn:aws:{rest}"),
        None => arn.to_owned(),
    }
}

/// Whether `arn` is one in that partition.
pub(crate) fn is_of_partition(arn: &str, partition: &str) -> bool {
    let rest = arn.strip_prefix("arn:");
    let rest = rest.and_then(|rest| rest.strip_prefix(partition));
    rest.is_some_and(|rest| rest.starts_with(':'))
}

/// Whether the text is the number of an account: twelve digits.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
