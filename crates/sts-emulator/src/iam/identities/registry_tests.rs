//! Keys, sessions and tokens, up to every altered byte.

use super::super::ids::account_of;
use super::super::spec::MfaSpec;
use super::super::token::LARGEST_TOKEN;
use super::*;
use crate::iam::identities::Entity;

fn now() -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("an instant of 2027")
}

fn fleet() -> (Identities, Principal) {
    let users = [
        UserSpec::default(),
        UserSpec {
            name: "other".into(),
            active: false,
            path: "/team/".into(),
            ..UserSpec::default()
        },
    ];
    let trust =
        r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}"#;
    let role = RoleSpec {
        path: "/deep/er/".into(),
        trust: trust.into(),
        ..RoleSpec::default()
    };
    let account = AccountSpec {
        root_access_key: true,
        ..AccountSpec::default()
    };
    let identities = Identities::new(&[account], &users, &[role]);
    let key = identities.credentials()[0].access_key_id.clone();
    let principal = identities
        .find(&key, None, "eu-west-1", now())
        .expect("a minted key is known");
    (identities, principal)
}

fn terms(version: TokenVersion, minimum_token_size: usize) -> Terms<'static> {
    let expiration = now() + time::Duration::seconds(900);
    Terms {
        issued: now(),
        expiration,
        region: "eu-west-3",
        version,
        minimum_token_size,
    }
}

#[test]
fn users_and_roots_have_keys_of_their_own_and_an_inactive_one_is_not_known() {
    let (identities, principal) = fleet();
    let credentials = identities.credentials();
    let arns: Vec<&str> = credentials
        .iter()
        .map(|credentials| credentials.arn.as_str())
        .collect();
    assert_eq!(
        arns,
        [
            "arn:aws:iam::123456789012:user/simulated",
            "arn:aws:iam::123456789012:user/team/other",
            "arn:aws:iam::123456789012:root"
        ]
    );
    let found =
        |at: usize| identities.find(&credentials[at].access_key_id, None, "eu-west-1", now());
    assert_eq!(found(0).as_ref(), Ok(&principal));
    assert_eq!(found(1), Err(Refusal::Invalid));
    let root = found(2).expect("root has a key");
    assert_eq!(
        (root.user_id().as_str(), root.arn("aws").as_str()),
        ("123456789012", arns[2])
    );
    assert!(
        credentials
            .iter()
            .all(|credentials| credentials.secret_access_key.len() == 40)
    );
    assert!(
        !format!("{principal:?}").contains(&principal.secret_access_key),
        "secrets are not shown"
    );
}

#[test]
fn issued_sessions_work_until_they_expire_and_only_whole() {
    for version in [TokenVersion::V1, TokenVersion::V2] {
        let (identities, principal) = fleet();
        let issued = identities.issue(&principal.session, terms(version, 0));
        let token = issued.session_token.as_bytes();
        let find =
            |key: &str, token: Option<&[u8]>, at| identities.find(key, token, "eu-west-1", at);
        let session = find(&issued.access_key_id, Some(token), now()).expect("a fresh session");
        assert!(session.is_temporary());
        assert_eq!(session.secret_access_key, issued.secret_access_key);
        assert_eq!(session.arn("aws-cn"), principal.arn("aws-cn"));
        assert_eq!(
            account_of(&issued.access_key_id).as_deref(),
            Some("123456789012")
        );
        assert_eq!(
            find(&issued.access_key_id, Some(token), issued.expiration),
            Err(Refusal::Expired)
        );
        assert_eq!(
            find(&issued.access_key_id, None, now()),
            Err(Refusal::Invalid)
        );
        let long_term = &identities.credentials()[0].access_key_id;
        assert_eq!(find(long_term, Some(token), now()), Err(Refusal::Invalid));
        let (other_fleet, _) = fleet();
        assert_eq!(
            other_fleet.find(&issued.access_key_id, Some(token), "eu-west-1", now()),
            Err(Refusal::Invalid)
        );
        for position in 0..token.len() {
            let mut altered = token.to_vec();
            altered[position] = if altered[position] == b'A' {
                b'B'
            } else {
                b'A'
            };
            assert_eq!(
                find(&issued.access_key_id, Some(&altered), now()),
                Err(Refusal::Invalid),
                "byte {position}"
            );
        }
    }
}

#[test]
fn tokens_begin_as_those_of_their_version_and_only_the_second_is_valid_in_opt_in_regions() {
    let (identities, principal) = fleet();
    let issued = |version| identities.issue(&principal.session, terms(version, 0));
    let (first, second) = (issued(TokenVersion::V1), issued(TokenVersion::V2));
    assert!(
        first.session_token.starts_with("FwoGZXIvYXdzE"),
        "{}",
        first.session_token
    );
    assert!(
        second.session_token.starts_with("IQoJb3JpZ2luX2Vj"),
        "{}",
        second.session_token
    );
    assert_eq!(
        sts_model::region_of_session_token(&second.session_token).as_deref(),
        Some("eu-west-3")
    );
    let valid = |issued: &IssuedCredentials, region| {
        identities
            .find(
                &issued.access_key_id,
                Some(issued.session_token.as_bytes()),
                region,
                now(),
            )
            .is_ok()
    };
    assert!(
        valid(&first, "us-west-2") && valid(&second, "us-west-2") && valid(&second, "me-south-1")
    );
    assert!(!valid(&first, "me-south-1"));
}

#[test]
fn a_token_can_be_asked_to_be_longer_and_says_the_same() {
    let (identities, principal) = fleet();
    for minimum in [0, 1, 500, 1_000, 1_001, 2_222, 4_095, 4_096] {
        let issued = identities.issue(&principal.session, terms(TokenVersion::V2, minimum));
        let length = issued.session_token.len();
        assert!(
            length >= minimum && (minimum < 500 || length < minimum + 8) && length <= LARGEST_TOKEN,
            "{minimum}: {length}"
        );
        let token = issued.session_token.as_bytes();
        assert!(
            identities
                .find(&issued.access_key_id, Some(token), "eu-west-1", now())
                .is_ok(),
            "{minimum}"
        );
    }
}

#[test]
fn a_session_of_a_role_shows_no_path_and_ends_with_its_role() {
    let (identities, _) = fleet();
    let role = identities
        .role_by_arn(
            "arn:aws-cn:iam::123456789012:role/deep/er/simulated",
            "aws-cn",
        )
        .expect("the partition of the endpoint");
    for partition in ["aws", "aws-iso", "xyz", ""] {
        let arn = "arn:aws-cn:iam::123456789012:role/deep/er/simulated";
        assert!(
            identities.role_by_arn(arn, partition).is_none(),
            "{partition}"
        );
    }
    assert!(
        identities
            .role_by_arn("arn:aws:iam::123456789012:role/simulated", "aws")
            .is_none(),
        "the path is part of it"
    );
    let session = |role: &Entity| {
        let identity = Identity::AssumedRole {
            role: role.clone(),
            session_name: "s".into(),
        };
        identities.issue(
            &Session::plain("123456789012", identity),
            terms(TokenVersion::V2, 0),
        )
    };
    let find = |issued: &IssuedCredentials, at| {
        identities.find(
            &issued.access_key_id,
            Some(issued.session_token.as_bytes()),
            "eu-west-1",
            at,
        )
    };
    let found = find(&session(&role.entity), now()).expect("the role is there");
    assert_eq!(
        found.arn("aws"),
        "arn:aws:sts::123456789012:assumed-role/simulated/s"
    );
    assert_eq!(found.user_id(), format!("{}:s", role.entity.id));
    let gone = session(&Entity {
        name: "gone".into(),
        ..role.entity.clone()
    });
    assert_eq!(find(&gone, now()), Err(Refusal::Invalid));
    let replaced = session(&Entity {
        id: "AROAANOTHERONE".into(),
        ..role.entity.clone()
    });
    assert_eq!(find(&replaced, now()), Err(Refusal::Invalid));
    assert_eq!(
        find(&gone, now() + time::Duration::hours(1)),
        Err(Refusal::Expired),
        "that it is over comes first"
    );
}

#[test]
fn sealed_texts_open_for_their_purpose_only() {
    let (identities, _) = fleet();
    let text = identities.seal("one", &"secret");
    assert_eq!(
        identities.open::<String>("one", &text).as_deref(),
        Some("secret")
    );
    assert_eq!(identities.open::<String>("other", &text), None);
    assert_eq!(identities.open::<String>("one", &text[4..]), None);
    assert!(!text.contains("secret"));
}

#[test]
fn bad_users_roles_and_accounts_are_complained_about() {
    let user = |change: fn(&mut UserSpec)| {
        let mut user = UserSpec::default();
        change(&mut user);
        user.complaints()
            .into_iter()
            .map(|(field, _)| field)
            .collect::<Vec<_>>()
    };
    assert!(user(|_| {}).is_empty());
    assert_eq!(
        user(|user| user.account = "12345678901a".into()),
        ["account"]
    );
    assert_eq!(user(|user| user.name = "a/b".into()), ["name"]);
    assert_eq!(user(|user| user.path = "/a".into()), ["path"]);
    assert_eq!(
        user(|user| user.secret_access_key = Some("short".into())),
        ["secret_access_key"]
    );
    assert_eq!(user(|user| user.policy = Some("{".into())), ["policy"]);
    assert_eq!(
        user(|user| user.mfa = vec![MfaSpec {
            name: "x".into(),
            seed: "1".into()
        }]),
        ["mfa"]
    );
    for tags in [[("a", "aws:b")], [("AWS:a", "b")]] {
        let user = UserSpec {
            tags: tags.map(|(key, value)| (key.into(), value.into())).into(),
            ..UserSpec::default()
        };
        assert_eq!(user.complaints()[0].0, "tags", "{tags:?}");
    }
    let policy = |blanks: usize| {
        format!(
            r#"{{"Statement":[{{"Effect":"Allow","Action":"sts:*","Resource":"arn:aws:s3:::{}"{}}}]}}"#,
            "x".repeat(1_970),
            " ".repeat(blanks)
        )
    };
    let sized = |policy: String| {
        let user = UserSpec {
            policy: Some(policy),
            ..UserSpec::default()
        };
        user.complaints()
    };
    // 2,048 characters beside the blanks.
    assert!(sized(policy(3_000)).is_empty());
    assert_eq!(
        sized(policy(0).replace("x\"", "xx\"")),
        [(
            "policy",
            "must be at most 2048 characters, blanks not counted".to_owned()
        )]
    );
    let role = RoleSpec {
        max_session_duration: 1,
        ..RoleSpec::default()
    };
    let fields: Vec<_> = role
        .complaints()
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(fields, ["max_session_duration", "trust"]);
    assert!(role.complaints()[1].1.starts_with("is missing"));
    let account = AccountSpec {
        disabled_regions: vec!["us-east-1".into()],
        enabled_regions: vec!["eu-west-1".into()],
        global_token_version: 3,
        partition: Some("xyz".into()),
        ..AccountSpec::default()
    };
    let fields: Vec<_> = account
        .complaints()
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(
        fields,
        [
            "partition",
            "disabled_regions",
            "enabled_regions",
            "global_token_version"
        ]
    );
    for regions in [&["af-south-1", "af-south-1"], &["*", "af-south-1"]] {
        let account = AccountSpec {
            enabled_regions: regions.iter().map(|&name| name.into()).collect(),
            ..AccountSpec::default()
        };
        assert_eq!(account.complaints()[0].0, "enabled_regions");
    }
}
