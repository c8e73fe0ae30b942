//! Requests to S3: signed, sent, answered within bounds, and tried again when it is worth it.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use reqwest::{Client, Method, Response, Url};
use rusty_s3::{Bucket, UrlStyle};
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use crate::echo::Sent;
use crate::parallel::runtime;
use crate::sign::ObjectRequest;
use crate::store::access::{LOOK, Patience, S3Access, S3Caller};
use crate::store::error::StoreError;
use crate::transport::unmeasured_config;

use super::fault::S3Fault;

/// A bucket and the way to it.
pub(super) struct S3Client {
    name: String,
    bucket: Mutex<Bucket>,
    /// Whether the bucket is AWS's, which has one in each Region.
    is_aws: bool,
    caller: Option<Arc<S3Caller>>,
    client: Client,
    patience: Option<Arc<Patience>>,
    runtime: Runtime,
}

/// What is asked.
pub(super) struct Request<'a> {
    pub(super) method: Method,
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) body: &'a [u8],
}

impl Request<'_> {
    /// One without anything besides.
    pub(super) fn plain(method: Method) -> Self {
        Self {
            method,
            headers: &[],
            body: &[],
        }
    }
}

/// An answer, whatever its status.
pub(super) struct Answered {
    pub(super) status: u16,
    /// What it is where it is not the one that was wanted.
    pub(super) fault: S3Fault,
    /// Whether it names the version of an object.
    pub(super) has_etag: bool,
    pub(super) body: Vec<u8>,
}

impl std::fmt::Debug for S3Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Client")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl S3Client {
    pub(super) fn new(name: &str, access: &S3Access) -> Result<Self, StoreError> {
        let shown = format!("s3://{name}");
        let system = |cause| StoreError::System {
            store: shown.clone(),
            cause,
        };
        let refused = |reason: String| StoreError::Endpoint {
            text: access
                .endpoint
                .as_deref()
                .unwrap_or(name)
                .chars()
                .take(80)
                .collect(),
            reason,
        };
        let region = access
            .region
            .clone()
            .unwrap_or_else(|| "us-east-1".to_owned());
        let is_aws = access.endpoint.is_none();
        let authorities = access.authorities.as_deref().filter(|_| !is_aws);
        let tls = unmeasured_config(authorities).map_err(|error| refused(error.to_string()))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .timeout(WHOLE)
            .build()
            .map_err(|error| refused(error.without_url().to_string()))?;
        let bucket = match &access.endpoint {
            None => aws_bucket(name, &region).map_err(refused)?,
            Some(text) => {
                let url = server(text, access.plaintext).map_err(refused)?;
                Bucket::new(url, UrlStyle::Path, name.to_owned(), region)
                    .map_err(|error| refused(error.to_string()))?
            }
        };
        Ok(Self {
            name: name.to_owned(),
            bucket: Mutex::new(bucket),
            is_aws,
            caller: access.caller.clone(),
            client,
            patience: access.patience.clone(),
            runtime: runtime("stsbench-store").map_err(system)?,
        })
    }

    /// Sends the request to what `url` makes of the bucket until there is an answer that will not change in a moment, or it is the
    /// last that others write the same object. A body is cut off one byte beyond the limit, or beyond what a refusal has.
    pub(super) fn send(
        &self,
        request: &Request<'_>,
        limit_bytes: u64,
        url: impl Fn(&Bucket) -> Url,
    ) -> Result<Answered, StoreError> {
        let mut reason = String::new();
        let mut moved = false;
        let mut attempt = 0;
        while attempt < ATTEMPTS {
            if attempt > 0 {
                self.patiently(wait(attempt))?;
            }
            attempt += 1;
            let bucket = self.bucket();
            let signed = self.signed(request, url(&bucket), bucket.region());
            let signed = signed.map_err(|reason| self.away(attempt, reason))?;
            match self.patiently(self.exchange(signed, limit_bytes))? {
                Err(why) => reason = why,
                Ok((answered, region)) => {
                    if let Some(region) = region.filter(|it| !moved && self.is_elsewhere(it)) {
                        moved = true;
                        attempt -= 1;
                        self.move_to(&region)?;
                        continue;
                    }
                    let is_last = attempt == ATTEMPTS;
                    if !answered.fault.is_passing() || is_last && answered.fault.is_conflict() {
                        return Ok(answered);
                    }
                    reason = answered.fault.to_string();
                }
            }
        }
        Err(self.away(ATTEMPTS, reason))
    }

    /// Waits for `what`, as long as the store is waited for at all.
    fn patiently<T>(&self, what: impl Future<Output = T>) -> Result<T, StoreError> {
        let look = async {
            let Some(patience) = &self.patience else {
                return std::future::pending().await;
            };
            loop {
                tokio::time::sleep(LOOK).await;
                if let Err(reason) = patience.look() {
                    return reason;
                }
            }
        };
        self.runtime.block_on(async {
            tokio::select! {
                done = what => Ok(done),
                reason = look => Err(StoreError::GivenUp {
                    store: format!("s3://{}", self.name),
                    reason,
                }),
            }
        })
    }

    fn away(&self, attempts: u32, reason: String) -> StoreError {
        StoreError::Away {
            store: format!("s3://{}", self.name),
            attempts,
            reason,
        }
    }

    /// The request with its signature among its headers.
    fn signed(
        &self,
        request: &Request<'_>,
        url: Url,
        region: &str,
    ) -> Result<reqwest::Request, String> {
        let mut signature = Vec::new();
        if let Some(caller) = &self.caller {
            let unsigned = ObjectRequest {
                method: request.method.as_str(),
                url: url.as_str(),
                headers: request.headers,
                body: request.body,
                region,
            };
            signature = unsigned.signature(&caller.credentials, caller.clock.now())?;
        }
        let mut made = reqwest::Request::new(request.method.clone(), url);
        let headers = made.headers_mut();
        for (name, value) in request.headers {
            let value = HeaderValue::from_static(value);
            headers.insert(HeaderName::from_static(name), value);
        }
        for (name, value) in &signature {
            let unusable = "a signed header cannot be sent";
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable)?;
            let mut value = HeaderValue::from_str(value).map_err(|_| unusable)?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        if request.method == Method::PUT {
            *made.body_mut() = Some(request.body.to_vec().into());
        }
        Ok(made)
    }

    fn bucket(&self) -> Bucket {
        self.bucket
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// S3 answers for a bucket of another Region with the Region's name.
    fn is_elsewhere(&self, region: &str) -> bool {
        let is_region = (1..=63).contains(&region.len())
            && region
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        self.is_aws && is_region && self.bucket().region() != region
    }

    fn move_to(&self, region: &str) -> Result<(), StoreError> {
        let bucket = aws_bucket(&self.name, region).map_err(|reason| StoreError::Endpoint {
            text: region.to_owned(),
            reason,
        })?;
        *self.bucket.lock().unwrap_or_else(PoisonError::into_inner) = bucket;
        Ok(())
    }

    /// The answer, and the Region that the bucket is said to be in when it was asked in another one.
    async fn exchange(
        &self,
        request: reqwest::Request,
        limit_bytes: u64,
    ) -> Result<(Answered, Option<String>), String> {
        let header = |name| {
            let value = request.headers().get(name);
            let text = value.and_then(|value: &HeaderValue| value.to_str().ok());
            Zeroizing::new(text.unwrap_or_default().to_owned())
        };
        let sent = Sent::new(
            &header("authorization"),
            &header("x-amz-security-token"),
            "",
        );
        let mut response = self
            .client
            .execute(request)
            .await
            .map_err(|error| words(&error))?;
        let status = response.status().as_u16();
        let region = matches!(status, 301 | 307 | 400)
            .then(|| region_of(&response))
            .flatten();
        let has_etag = response.headers().contains_key("etag");
        let most = usize::try_from(limit_bytes.max(MOST_FAULT_BYTES) + 1).unwrap_or(usize::MAX);
        let mut body = Vec::new();
        while body.len() < most
            && let Some(chunk) = response.chunk().await.map_err(|error| words(&error))?
        {
            let room = most - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        let repeats = |code: &str| sent.is_repeated_by(code) || sent.is_repeated_otherwise_by(code);
        let told = if status < 300 { &[][..] } else { &body };
        let fault = S3Fault::new(status, told, repeats);
        Ok((
            Answered {
                status,
                fault,
                has_etag,
                body,
            },
            region,
        ))
    }
}

fn region_of(response: &Response) -> Option<String> {
    let region = response.headers().get("x-amz-bucket-region")?;
    region.to_str().ok().map(str::to_owned)
}

/// The error without the URL.
fn words(error: &reqwest::Error) -> String {
    let mut text = if error.is_connect() {
        "no connection".to_owned()
    } else if error.is_timeout() {
        "no answer in time".to_owned()
    } else {
        "the connection failed".to_owned()
    };
    let mut cause = std::error::Error::source(error);
    let mut last = None;
    while let Some(inner) = cause {
        last = Some(inner.to_string());
        cause = inner.source();
    }
    if let Some(last) = last {
        text = format!("{text}: {last}");
    }
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

async fn wait(attempt: u32) {
    // Forty places that failed at one moment must not come back at one moment.
    let spread = u64::from(std::process::id()) % 100;
    let pause = Duration::from_millis((200 << attempt.min(5)) + spread * u64::from(attempt));
    tokio::time::sleep(pause).await;
}

/// AWS's own server of the bucket.
fn aws_bucket(name: &str, region: &str) -> Result<Bucket, String> {
    let suffix = match sts_model::Region::named(region).map(|region| region.partition) {
        Some("aws-cn") => "amazonaws.com.cn",
        Some("aws" | "aws-us-gov") | None => "amazonaws.com",
        Some(partition) => {
            return Err(format!(
                "the host of S3 in the partition {partition} is not known here; name it with --store-endpoint"
            ));
        }
    };
    let url = format!("https://s3.{region}.{suffix}");
    let url = Url::parse(&url).map_err(|error| error.to_string())?;
    // No certificate of AWS's holds for a bucket with a dot as part of the host.
    let style = if name.contains('.') {
        UrlStyle::Path
    } else {
        UrlStyle::VirtualHost
    };
    Bucket::new(url, style, name.to_owned(), region.to_owned()).map_err(|error| error.to_string())
}

/// Another server. What is sent to it in plaintext can be read and repeated by whoever is on the way.
fn server(text: &str, plaintext: bool) -> Result<Url, String> {
    let url = Url::parse(text)
        .map_err(|error| format!("{error}; allowed: https://HOST[:PORT][/PATH]"))?;
    let is_local = match url.host() {
        Some(host) => {
            let host = host.to_string();
            let literal = host.trim_matches(['[', ']']);
            let is_loopback = literal.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
            is_loopback || host == "localhost" || host.ends_with(".localhost")
        }
        None => return Err("it has no host; allowed: https://HOST[:PORT][/PATH]".to_owned()),
    };
    let has_more = !url.username().is_empty()
        || url.password().is_some()
        || url.query().is_some()
        || url.fragment().is_some();
    match url.scheme() {
        _ if has_more => Err("allowed: a URL without user, query and fragment".to_owned()),
        "https" => Ok(url),
        "http" if is_local || plaintext => Ok(url),
        "http" => Err(
            "http:// is allowed to this machine; elsewhere it takes --store-insecure-http, because anyone on the network path can read what is sent"
                .to_owned(),
        ),
        _ => Err("allowed: https://HOST[:PORT][/PATH]".to_owned()),
    }
}

const CONNECT: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(30);
const WHOLE: Duration = Duration::from_mins(4);
const ATTEMPTS: u32 = 5;
const MOST_FAULT_BYTES: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plaintext_leaves_this_machine_only_when_that_is_said() {
        for text in [
            "http://127.0.0.1:5000",
            "http://[::1]:9000/",
            "http://localhost:9000",
            "https://minio.lab:9000/s3",
        ] {
            assert!(server(text, false).is_ok(), "{text}");
        }
        for text in [
            "http://minio:9000",
            "http://10.77.0.1:5000",
            "http://127.0.0.1.example.com",
        ] {
            assert!(
                server(text, false)
                    .expect_err(text)
                    .contains("--store-insecure-http")
            );
            assert!(server(text, true).is_ok(), "{text}");
        }
        for text in [
            "minio:9000",
            "ftp://minio",
            "https://user:secret@minio",
            "https://minio/?x=1",
            "not a url",
            "",
        ] {
            let said = server(text, true).expect_err(text);
            assert!(
                said.contains("allowed:") && !said.contains("secret"),
                "{said}"
            );
        }
    }

    #[test]
    fn a_bucket_has_the_host_of_its_region() {
        let url = |name, region| {
            aws_bucket(name, region)
                .expect("a bucket")
                .base_url()
                .to_string()
        };
        assert_eq!(
            url("bench", "eu-central-1"),
            "https://bench.s3.eu-central-1.amazonaws.com/"
        );
        assert_eq!(
            url("be.nch", "eu-central-1"),
            "https://s3.eu-central-1.amazonaws.com/be.nch/"
        );
        assert_eq!(
            url("bench", "cn-north-1"),
            "https://bench.s3.cn-north-1.amazonaws.com.cn/"
        );
        assert!(aws_bucket("bench", "us-iso-east-1").is_err());
    }
}
