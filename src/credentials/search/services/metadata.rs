//! The metadata service of an EC2 instance, and what imitates it. Asked here and not by the SDK, which knows no service
//! without session tokens.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html>.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http_body_util::{BodyExt as _, Limited};
use hyper::Uri;
use zeroize::Zeroizing;

use crate::credentials::error::CredentialsError;
use crate::credentials::reason::{AttemptEnd, Reason};
use crate::credentials::search::profiles::Selected;

use super::answer;
use super::attempts::Attempts;
use super::near::is_near;
use super::network::inward_connector;

/// Its name for people.
pub(crate) const SOURCE: &str = "the instance metadata";

const ENDPOINT: (&str, &str) = (
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "ec2_metadata_service_endpoint",
);
const MODE: (&str, &str) = (
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "ec2_metadata_service_endpoint_mode",
);
const V1_DISABLED: (&str, &str) = ("AWS_EC2_METADATA_V1_DISABLED", "ec2_metadata_v1_disabled");
const TIMEOUT: (&str, &str) = ("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout");
const ATTEMPTS: (&str, &str) = (
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    "metadata_service_num_attempts",
);

/// Where an instance has it.
const ADDRESSES: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];
const PLAINTEXT: &str = "plaintext http:// is allowed to this host, 169.254.169.254 and fd00:ec2::254 only: the answer holds keys; \
    use https://";

const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
const REGION: &str = "/latest/meta-data/placement/region";

/// Whether it is not to be asked.
pub(crate) fn is_switched_off() -> bool {
    std::env::var("AWS_EC2_METADATA_DISABLED").is_ok_and(|it| it.eq_ignore_ascii_case("true"))
}

/// Whether a variable or the profile says where it is.
pub(crate) fn is_named(selected: Selected<'_>) -> bool {
    setting(selected, ENDPOINT).is_some()
}

/// How long it may take to give credentials: off EC2 nobody answers, and somebody waits. Longer where more patience is
/// configured.
pub(crate) fn limit(selected: Selected<'_>) -> Result<Duration, CredentialsError> {
    let patience = Patience::of(selected)?;
    // Token, role, credentials; the usual 2 s are less than that at its slowest.
    let longest = patience.step * patience.attempts * 3;
    Ok(if patience.is_usual() {
        USUAL_LIMIT
    } else {
        longest
    })
}

/// The credentials of the instance's role. `None`: nobody answers, or with something else; `attempts` know.
pub(crate) async fn credentials(
    selected: Selected<'_>,
    now: SystemTime,
    attempts: &Attempts,
) -> Result<Option<Credentials>, CredentialsError> {
    let service = Service::of(selected, attempts).await?;
    let Some(token) = service.token().await else {
        return Ok(None);
    };
    let Some(role) = service.get(ROLES, token.as_deref()).await else {
        return Ok(None);
    };
    let role = role.lines().next().unwrap_or_default().trim();
    let Some(answer) = service
        .get(&format!("{ROLES}{role}"), token.as_deref())
        .await
    else {
        return Ok(None);
    };
    let credentials = answer::credentials(answer.as_bytes(), now);
    Ok(credentials.map_err(|lack| attempts.lacks(lack)).ok())
}

/// The Region that the instance is in. `None`: nobody answers, or with nothing.
pub(crate) async fn region(selected: Selected<'_>, attempts: &Attempts) -> Option<String> {
    let service = Service::of(selected, attempts).await.ok()?;
    let token = service.token().await?;
    let answer = service.get(REGION, token.as_deref()).await?;
    let region = answer.trim();
    (!region.is_empty()).then(|| region.to_owned())
}

/// What was met where no credentials were, for people.
pub(crate) fn absence(reason: Option<&Reason>) -> String {
    let what = match reason.map(|reason| reason.end) {
        None => return "does not answer".to_owned(),
        Some(AttemptEnd::Status(404)) => "the instance has no role",
        Some(AttemptEnd::Status(_)) => "refuses",
        Some(AttemptEnd::Answered(_)) => "answers with something else than credentials",
        Some(_) => "does not answer",
    };
    reason.map_or_else(String::new, |reason| format!("{what}: {reason}"))
}

fn setting(selected: Selected<'_>, names: (&str, &str)) -> Option<String> {
    placed(selected, names).map(|(value, _)| value)
}

/// What counts of a variable or else a setting, and where it stands.
fn placed(selected: Selected<'_>, (name, own): (&str, &str)) -> Option<(String, String)> {
    selected.variable_or(name, own)
}

const USUAL_LIMIT: Duration = Duration::from_secs(2);
/// Many times what it answers with, bytes.
const ANSWER_LIMIT: usize = 64 << 10;

/// How long and how often it is asked.
#[derive(Debug, PartialEq, Eq)]
struct Patience {
    /// For one request.
    step: Duration,
    attempts: u32,
}

impl Patience {
    /// As the AWS CLI: one attempt of 1 s.
    const USUAL: Self = Self {
        step: Duration::from_secs(1),
        attempts: 1,
    };

    fn is_usual(&self) -> bool {
        *self == Self::USUAL
    }

    fn of(selected: Selected<'_>) -> Result<Self, CredentialsError> {
        let number = |names: (&str, &str), usual: u32| match placed(selected, names) {
            None => Ok(usual),
            Some((given, source_name)) => match given.trim().parse() {
                Ok(number @ 1..=60) => Ok(number),
                _ => Err(CredentialsError::Setting {
                    source_name,
                    fault: "not a whole number from 1 to 60",
                }),
            },
        };
        Ok(Self {
            step: Duration::from_secs(number(TIMEOUT, 1)?.into()),
            attempts: number(ATTEMPTS, 1)?,
        })
    }
}

/// The service, and how it is asked.
struct Service {
    base: String,
    connector: SharedHttpConnector,
    /// What becomes of its requests.
    made: Attempts,
    patience: Patience,
    /// Whether it may be asked without a session token.
    without_token: bool,
}

impl Service {
    async fn of(selected: Selected<'_>, attempts: &Attempts) -> Result<Self, CredentialsError> {
        let malformed =
            |source_name: String, fault| CredentialsError::Setting { source_name, fault };
        let (mode, mode_place) = placed(selected, MODE).unzip();
        let usual = match mode.map(|mode| mode.to_ascii_lowercase()).as_deref() {
            None | Some("ipv4") => "http://169.254.169.254",
            Some("ipv6") => "http://[fd00:ec2::254]",
            Some(_) => {
                let place = mode_place.unwrap_or_default();
                return Err(malformed(place, "neither `IPv4` nor `IPv6`"));
            }
        };
        let (base, place) =
            placed(selected, ENDPOINT).unwrap_or_else(|| (usual.to_owned(), SOURCE.to_owned()));
        let url: Uri = base.parse().unwrap_or_default();
        match (url.scheme_str(), url.host(), url.query()) {
            (Some("https"), Some(_), None) => {}
            (Some("http"), Some(host), None) if is_near(host, &ADDRESSES).await => {}
            (Some("http"), Some(_), None) => return Err(malformed(place, PLAINTEXT)),
            _ => return Err(malformed(place, "not a URL such as http://host:port")),
        }
        let is_v1_disabled = setting(selected, V1_DISABLED);
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            connector: inward_connector(attempts),
            made: attempts.clone(),
            patience: Patience::of(selected)?,
            without_token: !is_v1_disabled.is_some_and(|it| it.eq_ignore_ascii_case("true")),
        })
    }

    /// The token of a session, or `Some(None)` where the service knows no sessions and may be asked without; `None`: it
    /// gives nothing.
    async fn token(&self) -> Option<Option<Zeroizing<String>>> {
        let request = || {
            let url = format!("{}/latest/api/token", self.base);
            let mut request = HttpRequest::get(url).ok()?;
            request.set_method("PUT").ok()?;
            let headers = request.headers_mut();
            headers.insert("x-aws-ec2-metadata-token-ttl-seconds", "21600");
            headers.insert("content-length", "0");
            Some(request)
        };
        match self.asked(request).await {
            Answer::Text(token) => Some(Some(token)),
            Answer::Refusal(403..=405) if self.without_token => Some(None),
            Answer::Refusal(403..=405) => {
                self.made.lacks(
                    "is no session token, and AWS_EC2_METADATA_V1_DISABLED forbids to ask without",
                );
                None
            }
            _ => None,
        }
    }

    async fn get(&self, path: &str, token: Option<&String>) -> Option<Zeroizing<String>> {
        let request = || {
            let mut request = HttpRequest::get(format!("{}{path}", self.base)).ok()?;
            if let Some(token) = token {
                let header = token.trim().to_owned();
                let is_set = request
                    .headers_mut()
                    .try_insert("x-aws-ec2-metadata-token", header);
                is_set.ok()?;
            }
            Some(request)
        };
        match self.asked(request).await {
            Answer::Text(text) => Some(text),
            Answer::Refusal(_) | Answer::None => None,
        }
    }

    /// Asks until there is an answer, as often as is configured.
    async fn asked(&self, request: impl Fn() -> Option<HttpRequest>) -> Answer {
        for _ in 1..self.patience.attempts {
            match self.asked_once(&request).await {
                Answer::None | Answer::Refusal(500..) => {}
                answer => return answer,
            }
        }
        self.asked_once(&request).await
    }

    async fn asked_once(&self, request: &impl Fn() -> Option<HttpRequest>) -> Answer {
        let Some(request) = request() else {
            return Answer::None;
        };
        let asking = async {
            let answer = self.connector.call(request).await.ok()?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), ANSWER_LIMIT);
            let body = Zeroizing::new(body.collect().await.ok()?.to_bytes().to_vec());
            if status.as_u16() != 200 {
                return Some(Answer::Refusal(status.as_u16()));
            }
            let text = String::from_utf8(body.to_vec()).ok()?;
            Some(Answer::Text(Zeroizing::new(text)))
        };
        let answer = tokio::time::timeout(self.patience.step, asking).await;
        answer.ok().flatten().unwrap_or(Answer::None)
    }
}

enum Answer {
    Text(Zeroizing<String>),
    /// Its HTTP status.
    Refusal(u16),
    None,
}
