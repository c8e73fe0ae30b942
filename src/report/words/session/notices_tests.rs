//! The sentence of every notice.

use super::*;
use crate::notice::SourceFault;
use crate::place::LocalRegion;
use crate::place::RegionSource;

#[test]
fn every_notice_is_one_sentence_with_its_facts() {
    let operations = || vec![Operation::AssumeRole, Operation::GetSessionToken];
    let sentences = [
        (
            SessionNotice::NotOffered {
                endpoints: vec!["global".to_owned(), "fips".to_owned()],
                operations: operations(),
            },
            "global, fips does not offer assume-role, get-session-token: it is left out there, the rest is measured",
        ),
        (
            SessionNotice::Source(SourceFault::ExposedFile("/home/me/code".into())),
            "/home/me/code can be read by others; chmod 600 it",
        ),
        (
            SessionNotice::Source(SourceFault::UnreadLine {
                path: "/home/x/.aws/config".into(),
                line: 7,
            }),
            "/home/x/.aws/config: line 7 cannot be read; its section is left out",
        ),
        (
            SessionNotice::SingleUseMfaCode(Operation::AssumeRole),
            "STS takes an MFA code once: only the first call of assume-role can succeed",
        ),
        (
            SessionNotice::CredentialsExpire {
                left: Duration::from_millis(90_900),
                source: "profile `x`".to_owned(),
            },
            "the credentials expire in 90 s, before the run ends; they are renewed from profile `x` during the run, and if that fails the run is cut short",
        ),
        (
            SessionNotice::ProxyIgnored(vec!["HTTPS_PROXY", "ALL_PROXY"]),
            "HTTPS_PROXY, ALL_PROXY set and ignored: STS is called without a proxy; only the search for credentials goes to STS and IAM Identity Center as it says",
        ),
        (
            SessionNotice::EndpointVariables(vec![
                "AWS_USE_FIPS_ENDPOINT".to_owned(),
                "AWS_ENDPOINT_URL_STS".to_owned(),
            ]),
            "AWS_USE_FIPS_ENDPOINT, AWS_ENDPOINT_URL_STS set: followed by the search for credentials only; what is measured is what --endpoints names",
        ),
        (
            SessionNotice::RetriesNotFollowed(vec!["AWS_MAX_ATTEMPTS".to_owned()]),
            "AWS_MAX_ATTEMPTS set and not followed: every measured call is sent once, and the search for credentials has limits of its own",
        ),
        (
            SessionNotice::FipsName {
                name: "fips-us-east-1".to_owned(),
                region: LocalRegion {
                    name: "us-east-1".to_owned(),
                    source: RegionSource::Variable("AWS_REGION".to_owned()),
                },
            },
            "fips-us-east-1 (AWS_REGION) is an older name of the FIPS endpoint of us-east-1, which AWS's tools then call; here and near:N are endpoints without FIPS, so give fips:here to measure it",
        ),
        (
            SessionNotice::LeftOut {
                operations: operations(),
                caller: RefusedCaller::Principal("the root user"),
            },
            "STS refuses assume-role, get-session-token to the root user: it is left out, the rest is measured",
        ),
        (
            SessionNotice::Closing(vec!["moto".to_owned()]),
            "moto closes the connection after each answer: warm connections are left out there, cold ones are measured",
        ),
        (
            SessionNotice::MayBeRefused(operations()),
            "if these credentials come from GetSessionToken, STS will refuse assume-role, get-session-token to them",
        ),
        (
            SessionNotice::Anonymous,
            "every operation is unsigned: no credentials were looked for, and nobody asked who calls",
        ),
        (
            SessionNotice::CallerUnknown,
            "no endpoint said who is calling; the run goes on without that",
        ),
        (
            SessionNotice::RootKeys,
            "these are the root user's keys, which can do anything; delete them and use an IAM user or role",
        ),
        (
            SessionNotice::ClockSkew {
                seconds: 61,
                offset: ClockOffset::Ahead,
            },
            "this machine's clock is 61 s ahead of the service's; beyond 900 s every call is refused",
        ),
        (
            SessionNotice::NotKept {
                directory: "reports/one".into(),
                reason: "no room".to_owned(),
            },
            "no room; the run goes on in memory and writes again after each block: make room. If it is cut off, `stsbench recover reports/one` restores what is on disk",
        ),
        (
            SessionNotice::KeptAgain,
            "the files of the run are written again, and nothing is missing",
        ),
        (
            SessionNotice::NotRenewed("no thread".to_owned()),
            "credentials will not be renewed during the run: no thread",
        ),
        (
            SessionNotice::CutShort("gone".to_owned()),
            "cut short: gone",
        ),
        (
            SessionNotice::WindowsMissing {
                measured: 1,
                planned: 3,
            },
            "1 of 3 windows were measured",
        ),
        (
            SessionNotice::Endpoint {
                endpoint: "global".to_owned(),
                text: "slows down".to_owned(),
            },
            "global: slows down",
        ),
    ];
    for (notice, sentence) in sentences {
        assert_eq!(notice.to_string(), sentence);
    }
}
