//! What people may see of an identity. Reports get published, so masked is the rule and whole the exception.

/// How much of an identity is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Disclosure {
    /// Enough to recognise one's own, too little to tell a stranger who it is.
    #[default]
    Masked,
    /// All of it: `--show-identity`.
    Whole,
}

/// An account's twelve digits: `****1234`.
pub(crate) fn account(account: &str, disclosure: Disclosure) -> String {
    match (
        disclosure,
        account
            .len()
            .checked_sub(4)
            .and_then(|at| account.get(at..)),
    ) {
        (Disclosure::Whole, _) => account.to_owned(),
        (Disclosure::Masked, Some(tail)) if account.len() >= 8 => format!("****{tail}"),
        (Disclosure::Masked, _) => HIDDEN.to_owned(),
    }
}

/// Text of a service, at most 256 characters of it, without what may be a name or a secret: ARNs as [`arn`] masks them, and
/// every run of letters and digits that is long enough for an account, a key or a token.
pub(crate) fn remote_text(text: &str) -> String {
    let words = text.split_inclusive(|letter: char| {
        letter.is_whitespace() || matches!(letter, '\'' | '"' | ',' | ';' | '(' | ')' | '<' | '>')
    });
    let masked: String = words.map(word).collect();
    masked.chars().take(MOST_REMOTE_TEXT).collect()
}

/// One word, with what ends it.
fn word(word: &str) -> String {
    if word.starts_with("arn:") {
        let end = word
            .trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric())
            .len();
        let (name, rest) = word.split_at(end);
        return arn(name, Disclosure::Masked) + rest;
    }
    let mut masked = String::new();
    let mut rest = word;
    while let Some(first) = rest.chars().next() {
        let is_like_first = |letter: char| is_of_a_secret(letter) == is_of_a_secret(first);
        let end = rest.find(|letter| !is_like_first(letter));
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        masked.push_str(if names_something(run) { HIDDEN } else { run });
        rest = after;
    }
    masked
}

/// Whether keys, tokens and account numbers are made of it.
fn is_of_a_secret(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=' | '_' | '%')
}

/// Whether so many characters may be an account, the id of a key or user, a secret or a token, rather than a word.
fn names_something(run: &str) -> bool {
    let digits = run.bytes().filter(u8::is_ascii_digit).count();
    is_of_a_secret(run.chars().next().unwrap_or(' '))
        && (digits >= 8 || run.len() >= 16 && digits > 0 || run.len() >= 28)
}

/// Characters of a service's own text that are shown at most.
const MOST_REMOTE_TEXT: usize = 256;

/// An ARN without the account, the name of the user or of the session: `arn:aws:iam::****1234:user/****`.
///
/// The kind of principal and the name of an assumed role stay, since they say which permissions were measured and name
/// no person.
pub(crate) fn arn(arn: &str, disclosure: Disclosure) -> String {
    if disclosure == Disclosure::Whole {
        return arn.to_owned();
    }
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [scheme, partition, service, region, owner, resource] = parts.as_slice() else {
        return HIDDEN.to_owned();
    };
    let resource = match resource.split_once('/') {
        Some((kind @ "assumed-role", rest)) => {
            let role = rest.split('/').next().unwrap_or_default();
            format!("{kind}/{}/{HIDDEN}", without_accounts(role))
        }
        Some((kind, _)) => format!("{kind}/{HIDDEN}"),
        None if *resource == "root" => "root".to_owned(),
        None => HIDDEN.to_owned(),
    };
    format!(
        "{scheme}:{partition}:{service}:{region}:{}:{resource}",
        account(owner, disclosure)
    )
}

/// A name without the numbers of accounts that are part of it, as in those that the AWS CDK gives its roles: twelve digits
/// in a row, or more.
fn without_accounts(name: &str) -> String {
    let mut shown = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_digits = first.is_ascii_digit();
        let end = rest.find(|letter: char| letter.is_ascii_digit() != is_digits);
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        if is_digits && run.len() >= 12 {
            shown.push_str(&account(run, Disclosure::Masked));
        } else {
            shown.push_str(run);
        }
        rest = after;
    }
    shown
}

/// A parameter of a call that names an account, a resource or a person: an ARN as [`arn`] shows it, anything else not at all.
pub(crate) fn parameter(text: &str, disclosure: Disclosure) -> String {
    match disclosure {
        Disclosure::Whole => text.to_owned(),
        Disclosure::Masked if text.starts_with("arn:") => arn(text, disclosure),
        Disclosure::Masked => HIDDEN.to_owned(),
    }
}

const HIDDEN: &str = "****";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_04_the_account_shows_its_last_four_digits() {
        assert_eq!(account("123456781234", Disclosure::Masked), "****1234");
        assert_eq!(account("1234", Disclosure::Masked), "****");
        assert_eq!(account("", Disclosure::Masked), "****");
    }

    #[test]
    fn rule_04_the_arn_names_no_person() {
        for (whole, masked) in [
            (
                "arn:aws:iam::123456781234:user/division/ada",
                "arn:aws:iam::****1234:user/****",
            ),
            (
                "arn:aws-cn:sts::123456781234:assumed-role/Reader/ada@example.com",
                "arn:aws-cn:sts::****1234:assumed-role/Reader/****",
            ),
            (
                "arn:aws:sts::123456781234:federated-user/ada",
                "arn:aws:sts::****1234:federated-user/****",
            ),
            (
                "arn:aws:iam::123456781234:root",
                "arn:aws:iam::****1234:root",
            ),
            (
                "arn:aws:sts::123456781234:assumed-role/cdk-hnb659fds-deploy-role-123456781234-eu-west-1/ada",
                "arn:aws:sts::****1234:assumed-role/cdk-hnb659fds-deploy-role-****1234-eu-west-1/****",
            ),
            (
                "arn:aws:sts::123456781234:assumed-role/Audit20261130/ada",
                "arn:aws:sts::****1234:assumed-role/Audit20261130/****",
            ),
            ("ada", "****"),
            (
                "arn:aws:iam::123456781234:ada",
                "arn:aws:iam::****1234:****",
            ),
        ] {
            assert_eq!(arn(whole, Disclosure::Masked), masked);
        }
    }

    #[test]
    fn asked_for_it_is_shown_whole() {
        let whole = "arn:aws:iam::123456781234:user/ada";
        assert_eq!(arn(whole, Disclosure::Whole), whole);
        assert_eq!(account("123456781234", Disclosure::Whole), "123456781234");
    }

    #[test]
    fn what_is_not_ascii_is_masked_too() {
        assert_eq!(account("123→→→→", Disclosure::Masked), "****");
    }

    #[test]
    fn a_service_s_own_text_names_no_account_no_person_and_no_secret() {
        for (text, masked) in [
            (
                "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: sts:GetCallerIdentity",
                "User: arn:aws:iam::****9012:user/**** is not authorized to perform: sts:GetCallerIdentity",
            ),
            (
                "STS is not activated in this region for account:123456789012. Ask.",
                "STS is not activated in this region for account:****. Ask.",
            ),
            (
                "should have been'POST/content-type:x-amz-security-token:IQoJb3JpZ2luX2VjEJr//////////wEaDGV1' (AKIAIOSFODNN7EXAMPLE)",
                "should have been'POST/content-type:x-amz-security-token:****' (****)",
            ),
            (
                "the session 'arn:aws:sts::123456789012:assumed-role/Reader/ada@example.com'.",
                "the session 'arn:aws:sts::****9012:assumed-role/Reader/****'.",
            ),
        ] {
            assert_eq!(remote_text(text), masked);
        }
        assert_eq!(remote_text(&"wort ".repeat(99)).chars().count(), 256);
        assert_eq!(remote_text("é".repeat(300).as_str()).chars().count(), 256);
    }
}
