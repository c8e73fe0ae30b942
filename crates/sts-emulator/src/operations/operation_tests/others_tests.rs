//! The operations that tell something or trade something in.

use super::*;
use crate::iam::policy::Context;
use crate::operations::decode_authorization_message::encoded;
use crate::operations::get_delegated_access_token::trade_in_token;

fn unprivileged(action: &str) -> Outcome {
    denied(&format!(
        "User: arn:aws:iam::123456789012:user/unprivileged is not authorized to perform: {action} because no identity-based \
         policy allows the {action} action"
    ))
}

fn null(name: &str) -> Outcome {
    violation(&format!(
        "Value null at '{name}' failed to satisfy constraint: Member must not be null"
    ))
}

#[test]
fn nobody_can_be_denied_to_ask_who_they_are() {
    let mut spec = EmulatorConfig::default();
    let deny = r#"{"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}"#;
    spec.users[0].policy = Some(deny.to_owned());
    let world = World::of(&spec);
    let user = world.caller("user/simulated");
    for operation in [Operation::GetCallerIdentity, Operation::GetSessionToken] {
        assert!(world.call(operation, &user, "").is_ok(), "{operation}");
    }
    let info = world.call(
        Operation::GetAccessKeyInfo,
        &user,
        "AccessKeyId=AKIAQQQQQQQQQQQQQQQQ",
    );
    assert_eq!(
        info,
        denied(
            "User: arn:aws:iam::123456789012:user/simulated is not authorized to perform: sts:GetAccessKeyInfo with an \
             explicit deny in an identity-based policy"
        )
    );
}

#[test]
fn a_key_says_its_account_whether_or_not_it_is_the_fleets() {
    let world = World::built_in();
    let ask = |caller: &str, form: &str| {
        world.call(Operation::GetAccessKeyInfo, &world.caller(caller), form)
    };
    let neighbours = &world.identities.credentials()[2];
    let body = ask(
        "user/simulated",
        &format!("AccessKeyId={}", neighbours.access_key_id),
    )
    .expect("allowed");
    assert_eq!(elements(&body), ["Account"]);
    assert_eq!(element(&body, "Account"), "210987654321");
    assert_eq!(
        ask("user/simulated", "AccessKeyId=AKIAIOSFODNN7EXAMPLE"),
        invalid("Access key ID is not valid.")
    );
    assert_eq!(ask("user/simulated", ""), null("accessKeyId"));
    assert_eq!(
        ask("user/simulated", "AccessKeyId=AKIA"),
        violation(
            "Value 'AKIA' at 'accessKeyId' failed to satisfy constraint: Member must have length greater than or equal to 16"
        )
    );
    assert_eq!(
        ask("user/unprivileged", "AccessKeyId=AKIAQQQQQQQQQQQQQQQQ"),
        unprivileged("sts:GetAccessKeyInfo")
    );
}

#[test]
fn an_encoded_message_says_who_may_not_do_what() {
    let world = World::built_in();
    let ask = |caller: &str, message: &str| {
        let form = format!(
            "EncodedMessage={}",
            message.replace('+', "%2B").replace('=', "%3D")
        );
        world.call(
            Operation::DecodeAuthorizationMessage,
            &world.caller(caller),
            &form,
        )
    };
    let ready = ready_made(world.inquiry(Parameters::none()));
    let message = &ready[&Operation::DecodeAuthorizationMessage]["encoded-message"];
    let body = ask("user/simulated", message).expect("the fleet's own");
    let text = element(&body, "DecodedMessage");
    let decoded: serde_json::Value = serde_json::from_str(text).expect("JSON");
    // The order of AWS's own, which readers of text rely on.
    let members = [
        "allowed",
        "explicitDeny",
        "matchedStatements",
        "failures",
        "context",
        "principal",
        "id",
        "name",
        "arn",
        "action",
        "resource",
        "conditions",
    ];
    let places = members.map(|name| text.find(&format!("\"{name}\":")).expect(name));
    assert!(places.is_sorted(), "{text}");
    assert_eq!(decoded["context"]["principal"]["name"], "simulated");
    let form = "RoleArn=arn:aws:iam::123456789012:role/simulated&RoleSessionName=test";
    let user = world.caller("user/simulated");
    let assumed = world
        .call(Operation::AssumeRole, &user, form)
        .expect("it may");
    let of_role = encoded(
        world.inquiry(Parameters::none()),
        &world.bearer(&assumed).session,
        "iam:GetRole",
        "*",
        &Context::default(),
    );
    let body = ask("user/simulated", &of_role).expect("the fleet's own");
    assert!(!element(&body, "DecodedMessage").contains("\"name\""));
    assert_eq!(decoded["allowed"], false);
    assert_eq!(decoded["context"]["action"], "iam:GetRole");
    assert_eq!(
        decoded["context"]["principal"]["arn"],
        "arn:aws:iam::123456789012:user/simulated"
    );
    let broken = refused(
        400,
        "InvalidAuthorizationMessageException",
        "Message is not valid",
    );
    assert_eq!(ask("user/simulated", "nonsense"), broken);
    assert_eq!(ask("user/simulated", &message[4..]), broken);
    assert_eq!(
        ask("user/unprivileged", message),
        unprivileged("sts:DecodeAuthorizationMessage")
    );
    let empty = world.call(
        Operation::DecodeAuthorizationMessage,
        &world.caller("user/simulated"),
        "",
    );
    assert_eq!(empty, null("encodedMessage"));
}

#[test]
fn a_delegation_is_traded_in_until_it_expires() {
    let world = World::built_in();
    let role = "arn:aws:iam::123456789012:role/simulated";
    let ask = |caller: &str, token: &str| {
        let form = format!(
            "TradeInToken={}",
            token.replace('+', "%2B").replace('=', "%3D")
        );
        world.call(
            Operation::GetDelegatedAccessToken,
            &world.caller(caller),
            &form,
        )
    };
    let good = trade_in_token(
        &world.identities,
        role,
        world.now + time::Duration::seconds(1),
    );
    let body = ask("user/simulated", &good).expect("fresh");
    assert_eq!(elements(&body), ["Credentials", "AssumedPrincipal"]);
    assert_eq!(
        element(&body, "AssumedPrincipal"),
        "arn:aws:sts::123456789012:assumed-role/simulated/delegated"
    );
    assert_eq!(
        world.bearer(&body).arn("aws"),
        element(&body, "AssumedPrincipal")
    );
    let over = trade_in_token(&world.identities, role, world.now);
    let expired = refused(
        400,
        "ExpiredTradeInTokenException",
        "The trade-in token has expired.",
    );
    assert_eq!(ask("user/simulated", &over), expired);
    assert_eq!(
        ask("user/simulated", "nonsense"),
        invalid("The trade-in token is invalid.")
    );
    assert_eq!(
        ask("user/unprivileged", &good),
        unprivileged("sts:GetDelegatedAccessToken")
    );
    let empty = world.call(
        Operation::GetDelegatedAccessToken,
        &world.caller("user/simulated"),
        "",
    );
    assert_eq!(empty, null("tradeInToken"));
}

#[test]
fn a_members_root_is_assumed_by_the_management_account_for_a_known_task() {
    let mut spec = EmulatorConfig::default();
    spec.accounts[0].root_access_key = true;
    spec.users.push(UserSpec {
        name: "idle".into(),
        ..UserSpec::default()
    });
    let world = World::of(&spec);
    let task = "TaskPolicyArn.arn=arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";
    let ask = |caller: &str, target: &str, more: &str| {
        let form = format!("TargetPrincipal={target}&{more}");
        world.call(Operation::AssumeRoot, &world.caller(caller), &form)
    };
    for target in ["210987654321", "arn:aws:iam::210987654321:root"] {
        let body = ask("user/simulated", target, task).expect("a member");
        assert_eq!(elements(&body), ["Credentials"]);
        assert_eq!(
            element(&body, "Expiration"),
            "2027-01-15T08:15:00Z",
            "900 s"
        );
        assert_eq!(
            world.bearer(&body).arn("aws"),
            "arn:aws:iam::210987654321:root"
        );
    }
    let not = |user: &str, target: &str| {
        let on = format!("arn:aws:iam::{target}:root");
        denied(&format!(
            "User: {user} is not authorized to perform: sts:AssumeRoot on resource: {on}"
        ))
    };
    let me = "arn:aws:iam::123456789012:user/simulated";
    assert_eq!(
        ask("user/simulated", "123456789012", task),
        not(me, "123456789012"),
        "its own root"
    );
    assert_eq!(
        ask("user/simulated", "999999999999", task),
        not(me, "999999999999"),
        "no member"
    );
    let other_task = "TaskPolicyArn.arn=arn:aws:iam::aws:policy/AdministratorAccess";
    assert_eq!(
        ask("user/simulated", "210987654321", other_task),
        not(me, "210987654321")
    );
    let neighbour = "arn:aws:iam::210987654321:user/partners/neighbour";
    assert_eq!(
        ask("user/partners/neighbour", "123456789012", task),
        not(neighbour, "123456789012")
    );
    let root = "arn:aws:iam::123456789012:root";
    assert_eq!(
        ask(":root", "210987654321", task),
        not(root, "210987654321")
    );
    let idle = ask("user/idle", "210987654321", task).expect_err("no permission");
    assert!(
        idle.2
            .ends_with("because no identity-based policy allows the sts:AssumeRoot action"),
        "{idle:?}"
    );
    let range = "Value '901' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 900";
    assert_eq!(
        ask(
            "user/simulated",
            "210987654321",
            &format!("{task}&DurationSeconds=901")
        ),
        violation(range)
    );
    assert_eq!(
        ask("user/simulated", "210987654321", ""),
        null("taskPolicyArn")
    );
}

#[test]
fn a_token_never_claims_another_subject_or_scope_than_was_asked_for() {
    let world = World::built_in();
    let user = world.caller("user/simulated");
    let ask = |more: &str| {
        let form = format!("Audience.member.1=a&SigningAlgorithm=RS256{more}");
        world.call(Operation::GetWebIdentityToken, &user, &form)
    };
    ask("&SubjectMode=AWSIdentity").expect("the default by its name");
    let no_context = "The trusted identity propagation context of the calling session must contain aws:OriginIdentity/Subject.";
    assert_eq!(ask("&SubjectMode=OriginIdentity"), invalid(no_context));
    assert_eq!(
        ask("&SubjectMode=OriginIdentity&Scope=read+write"),
        invalid(no_context)
    );
    let (status, code, message) = ask("&SubjectMode=Foo").expect_err("no mode");
    assert_eq!((status, code.as_str()), (400, "ValidationError"));
    assert!(
        message.contains("'subjectMode' failed to satisfy constraint"),
        "{message}"
    );
    let alone = "Scope can be specified only when SubjectMode is OriginIdentity and exactly one audience is requested.";
    assert_eq!(ask("&Scope=read+write"), invalid(alone));
    assert_eq!(
        ask("&SubjectMode=OriginIdentity&Scope=read&Audience.member.2=b"),
        invalid(alone)
    );
    let (_, _, message) = ask("&Scope=read++write").expect_err("two blanks");
    assert!(
        message.contains("'scope' failed to satisfy constraint"),
        "{message}"
    );
}
