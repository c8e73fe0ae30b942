//! One sentence for each notice of a session, with what to do about it.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use sts_model::{Constructed, Operation};

use crate::notice::{ClockOffset, RefusedCaller, SessionNotice};
use crate::report::words::place;

impl fmt::Display for ClockOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Behind => "behind",
            Self::Ahead => "ahead of",
        })
    }
}

impl fmt::Display for RefusedCaller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LongTerm => "long-term keys (of an IAM user or the root user)",
            Self::Temporary => "temporary credentials (roles, SSO and sessions have such)",
            Self::Principal(name) => name,
        })
    }
}

impl RefusedCaller {
    /// What to do where STS refuses it everything that was asked for.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::LongTerm => {
                "use temporary credentials, such as a role's, or --operations get-caller-identity"
            }
            Self::Temporary => "use an IAM user's keys, or --operations get-caller-identity",
            Self::Principal(_) => "use other credentials, or --operations get-caller-identity",
        }
    }
}

/// The operations' names between commas.
pub(crate) fn operation_list(operations: &[Operation]) -> String {
    let names: Vec<_> = operations.iter().map(ToString::to_string).collect();
    names.join(", ")
}

const PROXY_IGNORED: &str = "set and ignored: STS is called without a proxy; only the search for credentials goes to STS and IAM Identity Center as it says";
const NOT_RENEWED: &str = "credentials will not be renewed during the run";
const SEARCH_ONLY: &str =
    "set: followed by the search for credentials only; what is measured is what --endpoints names";

const SENT_ONCE: &str = "set and not followed: every measured call is sent once, and the search for credentials has limits of its own";

const ANONYMOUS: &str =
    "every operation is unsigned: no credentials were looked for, and nobody asked who calls";
const CALLER_UNKNOWN: &str = "no endpoint said who is calling; the run goes on without that";
const ROOT_KEYS: &str = "these are the root user's keys, which can do anything; delete them and use an IAM user or role";
const KEPT_AGAIN: &str = "the files of the run are written again, and nothing is missing";

fn single_use(f: &mut fmt::Formatter<'_>, operation: Operation) -> fmt::Result {
    write!(
        f,
        "STS takes an MFA code once: only the first call of {operation} can succeed"
    )
}

fn not_kept(f: &mut fmt::Formatter<'_>, directory: &Path, reason: &str) -> fmt::Result {
    write!(
        f,
        "{reason}; the run goes on in memory and writes again after each block: make room. If it is cut off, `stsbench recover {}` restores what is on disk",
        directory.display()
    )
}

const IN_PLAINTEXT: &str =
    "in plaintext: anyone on the network path can read the signed requests and their answers";

fn not_offered(
    f: &mut fmt::Formatter<'_>,
    endpoints: &[String],
    operations: &[Operation],
) -> fmt::Result {
    write!(
        f,
        "{} does not offer {}: it is left out there, the rest is measured",
        endpoints.join(", "),
        operation_list(operations)
    )
}

fn constructed(f: &mut fmt::Formatter<'_>, endpoints: &[String], why: Constructed) -> fmt::Result {
    let why = match why {
        Constructed::UnknownRegion => "the Region is newer than this build's table",
        Constructed::AnnouncedRegion => "AWS has published no STS endpoint there",
        Constructed::Fips => "AWS lists no FIPS host there",
    };
    write!(
        f,
        "{}: {why}, the name is only constructed and may not exist",
        endpoints.join(", ")
    )
}

fn credentials_expire(f: &mut fmt::Formatter<'_>, left: Duration, source: &str) -> fmt::Result {
    write!(
        f,
        "the credentials expire in {} s, before the run ends; they are renewed from {source} during the run, and if that fails the run is cut short",
        left.as_secs()
    )
}

fn configured(f: &mut fmt::Formatter<'_>, file: &Path, profile: Option<&str>) -> fmt::Result {
    write!(f, "options come from {}", file.display())?;
    match profile {
        Some(profile) => write!(f, " (profile {profile})"),
        None => Ok(()),
    }
}

impl fmt::Display for SessionNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOffered {
                endpoints,
                operations,
            } => not_offered(f, endpoints, operations),
            Self::Constructed { endpoints, why } => constructed(f, endpoints, *why),
            Self::Plaintext(endpoints) => write!(f, "{} {IN_PLAINTEXT}", endpoints.join(", ")),
            Self::Source(fault) => write!(f, "{fault}{}", fault.consequence()),
            Self::AlsoConfigured(places) => {
                write!(f, "also configured, and not used: {}", places.join(", "))
            }
            Self::SingleUseMfaCode(operation) => single_use(f, *operation),
            Self::CredentialsExpire { left, source } => credentials_expire(f, *left, source),
            Self::Configured { file, profile } => configured(f, file, profile.as_deref()),
            Self::ProxyIgnored(names) => write!(f, "{} {PROXY_IGNORED}", names.join(", ")),
            Self::EndpointVariables(names) => write!(f, "{} {SEARCH_ONLY}", names.join(", ")),
            Self::RetriesNotFollowed(names) => write!(f, "{} {SENT_ONCE}", names.join(", ")),
            Self::LeftOut { operations, caller } => write!(
                f,
                "STS refuses {} to {caller}: it is left out, the rest is measured",
                operation_list(operations)
            ),
            Self::Closing(endpoints) => write!(
                f,
                "{} closes the connection after each answer: warm connections are left out there, cold ones are measured",
                endpoints.join(", ")
            ),
            Self::MayBeRefused(operations) => write!(
                f,
                "if these credentials come from GetSessionToken, STS will refuse {} to them",
                operation_list(operations)
            ),
            Self::UnknownRegion(region) => place::unknown_region(f, region),
            Self::FipsName { name, region } => place::fips_name(f, name, region),
            Self::EphemeralName { name, why } => place::ephemeral_name(f, name, *why),
            Self::Anonymous => f.write_str(ANONYMOUS),
            Self::CallerUnknown => f.write_str(CALLER_UNKNOWN),
            Self::RootKeys => f.write_str(ROOT_KEYS),
            Self::ClockSkew { seconds, offset } => write!(
                f,
                "this machine's clock is {seconds} s {offset} the service's; beyond 900 s every call is refused"
            ),
            Self::NotRenewed(reason) => write!(f, "{NOT_RENEWED}: {reason}"),
            Self::NotKept { directory, reason } => not_kept(f, directory, reason),
            Self::KeptAgain => f.write_str(KEPT_AGAIN),
            Self::CutShort(reason) => write!(f, "cut short: {reason}"),
            Self::WindowsMissing { measured, planned } => {
                write!(f, "{measured} of {planned} windows were measured")
            }
            Self::Endpoint { endpoint, text } => write!(f, "{endpoint}: {text}"),
        }
    }
}

#[cfg(test)]
#[path = "notices_tests.rs"]
mod tests;
