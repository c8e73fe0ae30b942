//! Every operation of STS as the program calls it: what goes over the wire, what is refused before, and where secrets end.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;

use sts_model::Operation;

use crate::rules::{clean, clean_below};
use crate::stub::{Heard, Stub, USER, response, sts};
use crate::support::{Home, KEY_ID, Ran, SECRET, Untouched, run_refuses};

const ROLE: &str = "arn:aws:iam::123456789012:role/reader";
const WEB_TOKEN: &str = "eyJhbGciOiJSUzI1NiJ9.CANARYwebCANARY.c2lnbmF0dXJl";
const ASSERTION: &str = "PHNhbWw+Q0FOQVJZc2FtbENBTkFSWQ/+=";
const TRADE_IN: &str = "tradeCANARYtradeCANARYtrade/in+token";
const CODE: &str = "271828";

/// What STS would answer to any operation.
fn any(heard: &Heard) -> String {
    let action = field(heard, "Action");
    let inside = match action.as_str() {
        "GetCallerIdentity" => return sts(heard, USER, ""),
        "DecodeAuthorizationMessage" => "<DecodedMessage>{&quot;allowed&quot;:false}</DecodedMessage>".to_owned(),
        "GetAccessKeyInfo" => "<Account>123456789012</Account>".to_owned(),
        "GetWebIdentityToken" => {
            "<WebIdentityToken>eyJ.CANARYissuedCANARY.x</WebIdentityToken><Expiration>2099-01-01T00:00:00Z</Expiration>"
                .to_owned()
        }
        _ => {
            "<Credentials><AccessKeyId>ASIARETURNEDCANARY22</AccessKeyId><SecretAccessKey>returnedCANARYreturnedCANARY\
              </SecretAccessKey><SessionToken>tokenCANARYtokenCANARY</SessionToken><Expiration>2099-01-01T00:00:00Z\
              </Expiration></Credentials>"
                .to_owned()
        }
    };
    let body =
        format!("<{action}Response><{action}Result>{inside}</{action}Result></{action}Response>");
    response("200 OK", "content-type: text/xml\r\n", &body)
}

fn fields(heard: &Heard) -> BTreeMap<String, String> {
    form_urlencoded::parse(heard.body.as_bytes())
        .into_owned()
        .collect()
}

fn field(heard: &Heard, name: &str) -> String {
    fields(heard).remove(name).unwrap_or_default()
}

/// A few calls of `operations` to `url`.
fn call(home: &Home, url: &str, operations: &str, more: &[&str]) -> Ran {
    let (given, operations) = (format!("peer={url}"), format!("--operations={operations}"));
    let fixed = [
        "--endpoint-url",
        &given,
        "--endpoints=peer",
        &operations,
        "--connections=warm",
        "--warmup-rounds=0",
    ];
    let rest = [
        "--rounds=2",
        "--blocks=2",
        "--rate-per-endpoint=100",
        "--max-rate-per-endpoint=100",
        "--progress=never",
    ];
    home.measure(
        &fixed
            .into_iter()
            .chain(rest)
            .chain(more.iter().copied())
            .collect::<Vec<_>>(),
    )
}

/// Expected fields besides Action and Version, by the operation's API name.
fn expected() -> BTreeMap<&'static str, Vec<(&'static str, &'static str)>> {
    BTreeMap::from([
        (
            "AssumeRole",
            vec![
                ("RoleArn", ROLE),
                ("RoleSessionName", "bench@home"),
                (
                    "PolicyArns.member.1.arn",
                    "arn:aws:iam::aws:policy/ReadOnlyAccess",
                ),
                ("DurationSeconds", "1800"),
                ("Tags.member.1.Key", "team"),
                ("Tags.member.1.Value", "a é+b"),
                ("Tags.member.2.Key", "cost"),
                ("Tags.member.2.Value", "=1"),
                ("TransitiveTagKeys.member.1", "team"),
                ("ExternalId", "ex:ternal/id"),
                ("SerialNumber", "arn:aws:iam::123456789012:mfa/anna"),
                ("TokenCode", CODE),
            ],
        ),
        (
            "AssumeRoleWithSAML",
            vec![
                ("RoleArn", ROLE),
                (
                    "PrincipalArn",
                    "arn:aws:iam::123456789012:saml-provider/idp",
                ),
                ("SAMLAssertion", ASSERTION),
                ("DurationSeconds", "900"),
            ],
        ),
        (
            "AssumeRoleWithWebIdentity",
            vec![
                ("RoleArn", ROLE),
                ("RoleSessionName", "stsbench"),
                ("WebIdentityToken", WEB_TOKEN),
                ("DurationSeconds", "900"),
            ],
        ),
        (
            "AssumeRoot",
            vec![
                ("TargetPrincipal", "123456789012"),
                (
                    "TaskPolicyArn.arn",
                    "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy",
                ),
                ("DurationSeconds", "900"),
            ],
        ),
        (
            "DecodeAuthorizationMessage",
            vec![("EncodedMessage", "encoded+message/=")],
        ),
        (
            "GetAccessKeyInfo",
            vec![("AccessKeyId", "AKIAIOSFODNN7EXAMPLE")],
        ),
        ("GetCallerIdentity", vec![]),
        ("GetDelegatedAccessToken", vec![("TradeInToken", TRADE_IN)]),
        (
            "GetFederationToken",
            vec![("Name", "stsbench"), ("DurationSeconds", "900")],
        ),
        ("GetSessionToken", vec![("DurationSeconds", "900")]),
        (
            "GetWebIdentityToken",
            vec![
                ("Audience.member.1", "https://a.example"),
                ("Audience.member.2", "b"),
                ("DurationSeconds", "60"),
                ("SigningAlgorithm", "ES384"),
            ],
        ),
    ])
}

/// A home with keys, secrets where the options below say, and a plan with some of the parameters.
fn equipped() -> Home {
    let plan = format!(
        "[parameters.assume-role]\nrole-arn = \"{ROLE}\"\nrole-session-name = \"overruled\"\nduration-seconds = 1800\n\
         tags = [\"team=a é+b\", \"cost==1\"]\ntransitive-tag-keys = \"team\"\n\
         [parameters.assume-root]\ntarget-principal = 123456789012\n\
         [parameters.assume-role-with-web-identity]\nweb-identity-token = \"file:token.jwt\"\n"
    );
    let home = Home::with_keys(KEY_ID, SECRET)
        .file("plan.toml", plan)
        .file("token.jwt", format!("\n{WEB_TOKEN}\n"))
        .file("code", CODE)
        .set("ASSERTION", ASSERTION)
        .set("TRADE_IN", TRADE_IN);
    for secret in ["token.jwt", "code"] {
        let owner_only = std::fs::Permissions::from_mode(0o600);
        std::fs::set_permissions(home.path().join(secret), owner_only).expect("set");
    }
    home
}

fn options() -> Vec<String> {
    let given = [
        "assume-role.role-session-name=bench@home".to_owned(),
        "assume-role.policy-arns=arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned(),
        "assume-role.external-id=ex:ternal/id".to_owned(),
        "assume-role.serial-number=arn:aws:iam::123456789012:mfa/anna".to_owned(),
        "assume-role.token-code=file:code".to_owned(),
        format!("assume-role-with-saml.role-arn={ROLE}"),
        "assume-role-with-saml.principal-arn=arn:aws:iam::123456789012:saml-provider/idp"
            .to_owned(),
        "assume-role-with-saml.saml-assertion=env:ASSERTION".to_owned(),
        format!("assume-role-with-web-identity.role-arn={ROLE}"),
        "assume-root.task-policy-arn=arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"
            .to_owned(),
        "decode-authorization-message.encoded-message=encoded+message/=".to_owned(),
        "get-access-key-info.access-key-id=AKIAIOSFODNN7EXAMPLE".to_owned(),
        "get-delegated-access-token.trade-in-token=env:TRADE_IN".to_owned(),
        "get-web-identity-token.audience=https://a.example,b".to_owned(),
    ];
    given
        .map(|given| format!("--param={given}"))
        .into_iter()
        .chain(["--plan=plan.toml".to_owned()])
        .collect()
}

#[test]
fn every_operation_goes_over_the_wire_as_sts_wants_it_and_its_secrets_go_nowhere_else() {
    let stub = Stub::start(any);
    let home = equipped();
    // With long-term keys; the one that needs temporary credentials has a test of its own.
    let operations: Vec<Operation> = Operation::ALL
        .into_iter()
        .filter(|operation| operation.accepts_long_term_credentials())
        .collect();
    let names = operations.iter().copied().map(Operation::cli_name);
    let names = names.collect::<Vec<_>>().join(",");
    let options = options();
    let ran = call(
        &home,
        stub.url(),
        &names,
        &options.iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .measures();
    let run = home.stored();
    assert_eq!(run.plan.targets.len(), operations.len());
    for series in &run.measured.series {
        let target = run.plan.target(series.target);
        assert_eq!(
            series.counts.succeeded,
            2,
            "{}: {:?}",
            target.call.operation(),
            series.counts
        );
    }
    let mut seen = BTreeMap::new();
    for heard in stub.heard() {
        let mut fields = fields(&heard);
        let action = fields.remove("Action").expect("an action");
        assert_eq!(
            fields.remove("Version").as_deref(),
            Some("2011-06-15"),
            "{action}"
        );
        let signed =
            !["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"].contains(&action.as_str());
        assert_eq!(
            heard.header("authorization").is_empty(),
            !signed,
            "{action}"
        );
        assert_eq!(heard.header("x-amz-date").is_empty(), !signed, "{action}");
        seen.insert(action, fields);
    }
    for (action, fields) in expected() {
        let fields: BTreeMap<_, _> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(seen.remove(action), Some(fields), "{action}");
    }
    assert!(seen.is_empty(), "{seen:?}");
    let secrets = [
        WEB_TOKEN,
        ASSERTION,
        TRADE_IN,
        "CANARYissuedCANARY",
        "tokenCANARYtokenCANARY",
    ];
    clean("stdout", ran.stdout.as_bytes(), &secrets);
    clean("stderr", ran.stderr.as_bytes(), &secrets);
    assert!(clean_below(&home.out(), &secrets) > 5);
    let stored = home.result("run.json");
    assert!(
        !stored.contains(CODE)
            && stored.contains("file:token.jwt")
            && stored.contains("env:ASSERTION"),
        "{stored}"
    );
}

#[test]
fn unsigned_operations_need_no_credentials_and_nobody_asks_who_calls() {
    let stub = Stub::start(any);
    // A home in which no credentials are to be found.
    let home = Home::new().set("ASSERTION", ASSERTION);
    let given = [
        format!("--param=assume-role-with-saml.role-arn={ROLE}"),
        "--param=assume-role-with-saml.principal-arn=arn:aws:iam::123456789012:saml-provider/idp"
            .to_owned(),
        "--param=assume-role-with-saml.saml-assertion=env:ASSERTION".to_owned(),
    ];
    let given: Vec<_> = given.iter().map(String::as_str).collect();
    call(&home, stub.url(), "assume-role-with-saml", &given)
        .measures()
        .says(&["no credentials were looked for"]);
    assert!(
        stub.heard()
            .iter()
            .all(|heard| field(heard, "Action") == "AssumeRoleWithSAML")
    );
    assert!(home.stored().header.caller.is_none());
}

/// Runs `operations` at a peer that must not be called, with keys.
#[track_caller]
fn refused(home: &Home, code: i32, operations: &str, more: &[&str], words: &[&str]) {
    let peer = Untouched::new();
    let ran = call(home, &peer.url(), operations, more).refuses(code, words);
    for secret in [WEB_TOKEN, ASSERTION, TRADE_IN, CODE, "CANARY"] {
        assert!(!ran.stderr.contains(secret), "{}", ran.stderr);
    }
    peer.check();
    assert!(!home.out().join("run.json").exists());
}

#[test]
fn what_sts_would_refuse_is_refused_in_one_line_before_anything_is_sent() {
    let role = format!("--param=assume-role.role-arn={ROLE}");
    let keys = || Home::with_keys(KEY_ID, SECRET);
    for (operations, given, words) in [
        (
            "assume-role",
            vec![],
            &["assume-role.role-arn is missing", "20 to 2048"][..],
        ),
        (
            "assume-role",
            vec!["--param=assume-role.role-arn=short"],
            &["assume-role.role-arn", "20 to 2048"],
        ),
        (
            "assume-role",
            vec![&role, "--param=assume-role.role=x"],
            &["\"role\"", "did you mean role-arn?"],
        ),
        (
            "assume-role",
            vec![&role, "--param=assume-role.duration-seconds=43201"],
            &["43201", "900 to 43200"],
        ),
        (
            "assume-role",
            vec![&role, "--param=assume-role.tags=a"],
            &["assume-role.tags", "key=value"],
        ),
        (
            "assume-role",
            vec![&role, &role],
            &["assume-role.role-arn", "twice"],
        ),
        (
            "assume-role",
            vec![&role, "--param=get-session-token.duration-seconds=900"],
            &["get-session-token", "not called"],
        ),
        (
            "assume-role",
            vec!["--param=assume-role"],
            &["OPERATION.PARAMETER=VALUE"],
        ),
        ("asume-role", vec![], &["did you mean assume-role?"]),
    ] {
        refused(&keys(), 2, operations, &given, words);
    }
    let planned = |toml: &str| keys().file("plan.toml", toml);
    let plan = ["--plan=plan.toml"];
    refused(
        &planned("[parameters.nobody]\na = 1\n"),
        2,
        "assume-role",
        &plan,
        &["parameters", "nobody"],
    );
    refused(
        &planned("[parameters.assume-role]\nrole-arn = 1.5\n"),
        2,
        "assume-role",
        &plan,
        &["a text, a whole number"],
    );
    refused(
        &planned("[parameters.assume-role]\nrole-arm = \"x\"\n"),
        2,
        "assume-role",
        &plan,
        &["role-arn?"],
    );
}

#[test]
fn a_secret_that_stands_in_the_open_is_refused_and_not_repeated() {
    let literal = format!("--param=assume-role-with-web-identity.web-identity-token={WEB_TOKEN}");
    let operations = "assume-role-with-web-identity";
    let words = ["web-identity-token", "secret", "file:PATH or env:NAME"];
    refused(&equipped(), 2, operations, &[&literal], &words);
    let code = format!("--param=get-session-token.token-code={CODE}");
    refused(
        &equipped(),
        2,
        "get-session-token",
        &[&code],
        &["token-code", "secret"],
    );
    let plan = format!("[parameters.{operations}]\nweb-identity-token = \"{WEB_TOKEN}\"\n");
    refused(
        &Home::new().file("plan.toml", plan),
        2,
        operations,
        &["--plan=plan.toml"],
        &words,
    );
}

#[test]
fn a_secret_that_cannot_be_read_is_refused_by_where_it_should_be() {
    let role = format!("--param=assume-role-with-web-identity.role-arn={ROLE}");
    for (source, words) in [
        ("file:nowhere", &["file:nowhere", "does not exist"][..]),
        ("file:.", &["not a regular file"]),
        ("file:empty", &["file:empty", "is empty"]),
        (
            "file:long",
            &["web-identity-token is 20001 characters long", "4 to 20000"],
        ),
        ("file:huge", &["larger than 131072 bytes"]),
        ("file:binary", &["not UTF-8"]),
        ("env:NOWHERE", &["env:NOWHERE", "is not set"]),
        ("fleet:x", &["simulated fleet"]),
    ] {
        let home = Home::new()
            .file("empty", "\n")
            .file("long", "CANARY".repeat(3334).split_off(3))
            .file("huge", "CANARY".repeat(30_000))
            .file("binary", [0xFF, 0xFE]);
        let given = format!("--param=assume-role-with-web-identity.web-identity-token={source}");
        refused(
            &home,
            2,
            "assume-role-with-web-identity",
            &[&role, &given],
            words,
        );
    }
}

#[test]
fn a_secret_in_a_file_that_others_may_read_is_warned_of() {
    let stub = Stub::start(any);
    let home = equipped();
    std::fs::set_permissions(
        home.path().join("token.jwt"),
        std::fs::Permissions::from_mode(0o644),
    )
    .expect("set");
    let role = format!("--param=assume-role-with-web-identity.role-arn={ROLE}");
    call(
        &home,
        stub.url(),
        "assume-role-with-web-identity",
        &[&role, "--plan=plan.toml"],
    )
    .measures()
    .says(&["token.jwt can be read by others"]);
}

#[test]
fn the_global_endpoint_is_not_asked_for_what_it_does_not_offer() {
    let given = [
        "run",
        "--dry-run",
        "--operations=assume-root,get-caller-identity",
        "--param=assume-root.target-principal=123456789012",
        "--param=assume-root.task-policy-arn=arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy",
    ];
    let ran = Home::new()
        .run(given.iter().chain(&["--endpoints=global,eu-west-1"]))
        .exits(0);
    assert!(
        ran.stderr
            .contains("global does not offer assume-root: it is left out there"),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stdout.contains("2 endpoints") && ran.stdout.contains("(6 targets)"),
        "{}",
        ran.stdout
    );
    let only = given
        .iter()
        .map(|argument| argument.trim_end_matches(",get-caller-identity"));
    Home::new()
        .run(only.chain(["--endpoints=global"]))
        .refuses(2, &["global does not offer assume-root"]);
}

#[test]
fn temporary_credentials_leave_both_user_sessions_out_and_a_federated_user_everything_but_its_name()
{
    let temporary = || Home::with_keys(KEY_ID, SECRET).set("AWS_SESSION_TOKEN", "CANARY");
    let both = "get-federation-token,get-session-token";
    refused(
        &temporary(),
        4,
        both,
        &[],
        &[
            "get-federation-token, get-session-token",
            "temporary credentials",
        ],
    );

    let federated = "arn:aws:sts::123456789012:federated-user/somebody";
    let stub = Stub::start(move |heard| sts(heard, federated, ""));
    let role = format!("--param=assume-role.role-arn={ROLE}");
    let home = temporary();
    let words = ["assume-role", "GetFederationToken", "left out"];
    call(
        &home,
        stub.url(),
        "assume-role,get-caller-identity",
        &[&role],
    )
    .measures()
    .says(&words);
    assert_eq!(home.stored().plan.targets.len(), 1);
    call(&temporary(), stub.url(), "assume-role", &[&role])
        .refuses(4, &["STS refuses assume-role", "GetFederationToken"]);

    let stub = Stub::start(any);
    let doubt =
        "if these credentials come from GetSessionToken, STS will refuse get-access-key-info";
    let key = "--param=get-access-key-info.access-key-id=AKIAIOSFODNN7EXAMPLE";
    call(&temporary(), stub.url(), "get-access-key-info", &[key])
        .measures()
        .says(&[doubt]);
}

#[test]
fn long_term_keys_leave_scoped_credentials_out_and_temporary_ones_get_them() {
    let scoped = "get-scoped-credentials";
    let words = [scoped, "long-term keys"];
    refused(&Home::with_keys(KEY_ID, SECRET), 4, scoped, &[], &words);
    let stub = Stub::start(any);
    let home = Home::with_keys(KEY_ID, SECRET);
    let both = format!("{scoped},get-caller-identity");
    call(&home, stub.url(), &both, &[])
        .measures()
        .says(&[scoped, "left out"]);
    assert_eq!(home.stored().plan.targets.len(), 1);

    let temporary = Home::with_keys(KEY_ID, SECRET).set("AWS_SESSION_TOKEN", "CANARY");
    let stub = Stub::start(any);
    let given = [
        "--param=get-scoped-credentials.policy={\"Statement\":[]}",
        "--param=get-scoped-credentials.scoped-session-description=tenant 7",
    ];
    call(&temporary, stub.url(), scoped, &given).measures();
    let heard = stub.heard();
    let mut sent = heard
        .iter()
        .map(fields)
        .find(|fields| fields["Action"] == "GetScopedCredentials")
        .expect("called");
    for (name, value) in [
        ("Policy", "{\"Statement\":[]}"),
        ("DurationSeconds", "60"),
        ("ScopedSessionDescription", "tenant 7"),
    ] {
        assert_eq!(sent.remove(name).as_deref(), Some(value), "{name}");
    }
}

#[test]
fn a_simulated_run_takes_what_is_missing_from_the_fleet() {
    let arguments = [
        "run",
        "--simulate",
        "--dry-run",
        "--operations=assume-role,assume-role-with-saml",
    ];
    let shown = Home::new().run(arguments).exits(0).stdout;
    assert!(
        shown.contains(
            "assume-role: role-session-name=stsbench duration-seconds=900 role-arn from the fleet"
        ),
        "{shown}"
    );
    assert!(shown.contains("saml-assertion from the fleet"), "{shown}");
}

#[test]
fn a_dry_run_shows_parameters_audit_events_and_quota_and_of_secrets_only_their_source() {
    let home = equipped();
    let options = options();
    let operations = "--operations=assume-role,assume-role-with-saml,get-web-identity-token,assume-role-with-web-identity";
    let named = |option: &&String| {
        let op = option
            .trim_start_matches("--param=")
            .split('.')
            .next()
            .unwrap_or_default();
        option.starts_with("--plan")
            || operations["--operations=".len()..]
                .split(',')
                .any(|o| o == op)
    };
    let arguments = ["run", "--dry-run", operations, "--endpoints=eu-west-1"];
    let shown = home
        .run(
            arguments
                .into_iter()
                .chain(options.iter().filter(named).map(String::as_str)),
        )
        .exits(0)
        .stdout;
    for words in [
        "token-code=file:code",
        "saml-assertion=env:ASSERTION",
        "web-identity-token=file:token.jwt",
        "tags=team=a é+b,cost==1",
        "assume-role-with-saml (unsigned)",
        "one for each call: AssumeRole, AssumeRoleWithSAML, GetWebIdentityToken, AssumeRoleWithWebIdentity",
        "600 requests/s in a Region, drawn on by assume-role\n",
    ] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    clean("stdout", shown.as_bytes(), &[WEB_TOKEN, ASSERTION]);
    assert!(!shown.contains(CODE), "{shown}");
}

#[test]
fn the_list_of_operations_names_all_in_every_format() {
    let list = |format: &str| {
        Home::new()
            .run(["operations", "--format", format])
            .exits(0)
            .stdout
    };
    let table = list("table");
    let json: serde_json::Value = serde_json::from_str(&list("json")).expect("JSON");
    let csv = list("csv");
    let lines: Vec<csv::StringRecord> = csv::Reader::from_reader(csv.as_bytes())
        .records()
        .map(|line| line.expect("CSV"))
        .collect();
    for (operation, listed) in Operation::ALL.iter().zip(json.as_array().expect("a list")) {
        assert!(table.contains(&format!(" {operation} ")), "{operation}");
        assert_eq!(listed["operation"], operation.cli_name());
        let parameters = operation.facts().parameters.len();
        assert_eq!(
            listed["parameters"].as_array().map(Vec::len),
            Some(parameters)
        );
        let of_it = lines
            .iter()
            .filter(|line| &line[0] == operation.cli_name())
            .count();
        assert_eq!(of_it, parameters.max(1), "{operation}");
    }
    let one = Home::new()
        .run(["operations", "get-session-token"])
        .exits(0)
        .stdout;
    assert!(
        one.contains("43200 (900-129600)") && !one.contains("assume-role"),
        "{one}"
    );
    Home::new()
        .run(["operations", "get-sesion-token"])
        .refuses(2, &["did you mean get-session-token?"]);
    let scoped = Home::new()
        .run(["operations", "get-scoped-credentials"])
        .exits(0)
        .stdout;
    assert!(
        scoped.contains("temporary only") && scoped.contains("(1-129600)"),
        "{scoped}"
    );
    run_refuses(&["--operations", "list"], &["--operations", "allowed"]);
}
