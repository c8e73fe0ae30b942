//! The credentials service of a container: ECS, EKS Pod Identity, and what imitates them. Asked here and not by the SDK,
//! for which an empty variable is a URL.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http_body_util::{BodyExt as _, Limited};
use hyper::Uri;
use zeroize::Zeroizing;

use crate::credentials::error::CredentialsError;
use crate::credentials::search::files::{bounded_text, is_null};
use crate::credentials::search::variables::{path_variable, variable};

use super::answer;
use super::attempts::Attempts;
use super::near::is_near;
use super::network::{TOO_MANY_REQUESTS, inward_connector};

/// Its name for people.
pub(crate) const SOURCE: &str = "the container credentials endpoint";

/// The variables that configure it, the first that is set counts.
pub(crate) const VARIABLES: [&str; 2] = [
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// Whether one of the variables is set, and not empty.
pub(crate) fn is_configured() -> bool {
    VARIABLES.into_iter().any(|name| variable(name).is_some())
}

/// Asks the service, again when it fails for what may be over soon.
pub(crate) async fn credentials(
    now: SystemTime,
    attempts: &Attempts,
) -> Result<Credentials, CredentialsError> {
    let uri = uri().await?;
    let token = token()?;
    let token = token.as_ref().map(|token| token.as_str());
    let connector = inward_connector(attempts);
    let mut wait = FIRST_WAIT;
    for _ in 1..ATTEMPTS {
        let answered = asked(&connector, &uri, token, now, attempts).await;
        match answered {
            Ok(credentials) => return Ok(credentials),
            Err(Failed::ForGood) => return Err(failed(attempts)),
            Err(Failed::ForNow) => tokio::time::sleep(wait).await,
        }
        wait *= 2;
    }
    asked(&connector, &uri, token, now, attempts)
        .await
        .map_err(|_| failed(attempts))
}

/// The Availability Zone of the task, from the metadata that ECS's agent serves it. `None` where the agent names none.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html>.
pub(crate) async fn zone(attempts: &Attempts) -> Option<String> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Task {
        availability_zone: Option<String>,
        #[serde(rename = "TaskARN")]
        arn: Option<String>,
    }
    let base = variable("ECS_CONTAINER_METADATA_URI_V4")?;
    let uri: Uri = format!("{base}/task").parse().ok()?;
    if uri.scheme_str() != Some("http") || !is_near(uri.host()?, &AGENTS).await {
        return None;
    }
    let mut request = HttpRequest::get(uri.to_string()).ok()?;
    request.headers_mut().insert("accept", "application/json");
    let answer = inward_connector(attempts).call(request).await.ok()?;
    if !answer.status().is_success() {
        return None;
    }
    let body = Limited::new(answer.into_body(), ANSWER_LIMIT);
    let body = body.collect().await.ok()?.to_bytes();
    let task: Task = serde_json::from_slice(&body).ok()?;
    let zone = task.availability_zone.filter(|zone| !zone.is_empty());
    // Agents before 1.51 name no zone; the task's ARN has the Region.
    zone.or_else(|| Some(task.arn?.split(':').nth(3)?.to_owned()))
}

/// As often as the AWS SDKs ask.
const ATTEMPTS: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// Many times what credentials take, bytes.
const ANSWER_LIMIT: usize = 64 << 10;

enum Failed {
    ForNow,
    ForGood,
}

fn failed(attempts: &Attempts) -> CredentialsError {
    CredentialsError::Unavailable {
        source_name: SOURCE.to_owned(),
        reason: attempts.reason(),
    }
}

fn unusable(fault: &'static str) -> CredentialsError {
    CredentialsError::Setting {
        source_name: SOURCE.to_owned(),
        fault,
    }
}

fn unusable_variable(name: &str, fault: &'static str) -> CredentialsError {
    CredentialsError::Setting {
        source_name: format!("{SOURCE}: {name}"),
        fault,
    }
}

async fn asked(
    connector: &impl HttpConnector,
    uri: &Uri,
    token: Option<&str>,
    now: SystemTime,
    attempts: &Attempts,
) -> Result<Credentials, Failed> {
    let mut request = HttpRequest::get(uri.to_string()).map_err(|_| Failed::ForGood)?;
    request.headers_mut().insert("accept", "application/json");
    if let Some(token) = token {
        request
            .headers_mut()
            .insert("authorization", token.to_owned());
    }
    let answer = connector.call(request).await.map_err(|_| Failed::ForNow)?;
    let status = answer.status();
    if !status.is_success() {
        return Err(
            if status.is_server_error() || status.as_u16() == TOO_MANY_REQUESTS {
                Failed::ForNow
            } else {
                Failed::ForGood
            },
        );
    }
    let body = Limited::new(answer.into_body(), ANSWER_LIMIT)
        .collect()
        .await;
    let body = body.map_err(|_| {
        attempts.lacks("did not arrive whole, or is longer than 64 KiB");
        Failed::ForNow
    })?;
    answer::credentials(&Zeroizing::new(body.to_bytes().to_vec()), now).map_err(|lack| {
        attempts.lacks(lack);
        Failed::ForNow
    })
}

/// The URL that the variables name. In plain text only this host and the addresses of AWS's own agents are asked.
async fn uri() -> Result<Uri, CredentialsError> {
    // Files of variables and secrets of a cluster end with a line break.
    let [relative, full] =
        VARIABLES.map(|name| variable(name).map(|value| value.trim().to_owned()));
    let [of_path, of_url] = VARIABLES;
    let (given, named_by) = match (&relative, full) {
        (Some(path), _) => (path.clone(), of_path),
        (None, Some(url)) => (url, of_url),
        (None, None) => return Err(unusable("no variable names its URL")),
    };
    let unusable = |fault| unusable_variable(named_by, fault);
    if given.starts_with(['"', '\'']) {
        return Err(unusable("is in quotation marks; leave them out"));
    }
    if relative.is_some() && !given.starts_with('/') {
        return Err(unusable("has to begin with /"));
    }
    let text = match relative {
        Some(path) => format!("http://{ECS}{path}"),
        None => given,
    };
    let uri: Uri = text.parse().map_err(|_| unusable("makes no URL"))?;
    let host = uri.host().ok_or_else(|| unusable("its URL has no host"))?;
    let is_admitted = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_near(host, &AGENTS).await,
        _ => false,
    };
    if !is_admitted {
        return Err(unusable(
            "its URL is neither https nor http to this host or to 169.254.170.2, 169.254.170.23 or fd00:ec2::23",
        ));
    }
    Ok(uri)
}

const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

const ECS: Ipv4Addr = Ipv4Addr::new(169, 254, 170, 2);
const AGENTS: [IpAddr; 3] = [
    IpAddr::V4(ECS),
    IpAddr::V4(Ipv4Addr::new(169, 254, 170, 23)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x23)),
];

/// What is sent as `Authorization`: from a file, which is read for each search because it is renewed, or as it is given.
fn token() -> Result<Option<Zeroizing<String>>, CredentialsError> {
    let (token, named_by) = match path_variable(TOKEN_FILE) {
        // How people say that there is none.
        Some(path) if is_null(Path::new(&path)) => return Ok(None),
        Some(path) => {
            let read = bounded_text(Path::new(&path));
            let read = read.map_err(|fault| CredentialsError::NamedFile {
                named_by: TOKEN_FILE.to_owned(),
                path: path.into(),
                fault,
            })?;
            (Some(Zeroizing::new(read)), TOKEN_FILE)
        }
        None => (variable(TOKEN).map(Zeroizing::new), TOKEN),
    };
    let fits = |token: &Zeroizing<String>| token.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if !token.as_ref().is_none_or(fits) {
        return Err(unusable_variable(
            named_by,
            "the authorization token holds a line break or another character that fits into no header",
        ));
    }
    Ok(token)
}
