//! What people may see of an identity. Reports get published, so masked is the rule and whole the exception.

/// How much of an identity is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Disclosure {
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

/// The id of a key, user or role: `AKIA...WXYZ`. What follows a colon, the name of a session, is hidden.
pub fn id(id: &str, disclosure: Disclosure) -> String {
    if disclosure == Disclosure::Whole {
        return id.to_owned();
    }
    let (own, session) = id
        .split_once(':')
        .map_or((id, ""), |(own, _)| (own, ":****"));
    match (
        own.get(..4),
        own.len().checked_sub(4).and_then(|at| own.get(at..)),
    ) {
        // The principal of a root user is the account itself.
        _ if own.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{}{session}", account(own, disclosure))
        }
        (Some(head), Some(tail)) if own.len() >= 12 => format!("{head}...{tail}{session}"),
        _ => HIDDEN.to_owned(),
    }
}

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
            format!("{kind}/{role}/{HIDDEN}")
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

/// What a call was told that names an account, a resource or a person: an ARN as [`arn`] shows it, anything else not at all.
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
    fn rule_04_the_key_shows_four_and_four() {
        assert_eq!(
            id("AKIAIOSFODNN7EXAWXYZ", Disclosure::Masked),
            "AKIA...WXYZ"
        );
        assert_eq!(
            id("AROAIOSFODNN7EXAWXYZ:ada@example.com", Disclosure::Masked),
            "AROA...WXYZ:****"
        );
        assert_eq!(id("123456781234", Disclosure::Masked), "****1234");
        assert_eq!(id("123456781234:ada", Disclosure::Masked), "****1234:****");
        assert_eq!(id("AKIA", Disclosure::Masked), "****");
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
        assert_eq!(
            id("AKIAIOSFODNN7EXAWXYZ", Disclosure::Whole),
            "AKIAIOSFODNN7EXAWXYZ"
        );
    }

    #[test]
    fn what_is_not_ascii_is_masked_too() {
        assert_eq!(id("ключключключ", Disclosure::Masked), "кл...юч");
        assert_eq!(account("123→→→→", Disclosure::Masked), "****");
    }
}
