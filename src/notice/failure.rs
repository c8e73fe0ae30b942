//! Why nobody said who calls.

use serde::Serialize;

/// Why the call was not answered with the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CallFailure {
    /// The service does not know the key.
    UnknownKey,
    /// The account may have to enable the Region first.
    RegionNotEnabled,
    /// The session has ended.
    SessionEnded,
    /// A policy denies the call.
    Denied,
    /// The clocks are too far apart.
    Clock,
    /// The request was signed for another Region.
    SigningRegion,
    /// The secret is not that of the key.
    Signature,
    /// The request could not be signed.
    Unsigned,
    /// The service has too much to do, or is broken.
    Busy,
    /// Somebody else answers in STS's place.
    NotSts,
    /// The service refused for another reason.
    Refused,
    /// The name has no address that may be called.
    Name,
    /// The certificate is not accepted.
    Certificate,
    /// TLS was not agreed upon.
    Tls,
    /// The service took the call, and its answer did not come in time or not whole.
    NoAnswer,
    /// No connection came about.
    Route,
    /// This machine could not call.
    Machine,
}

/// Why there are no credentials to call with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialFault {
    /// None are configured.
    None,
    /// One of AWS's files cannot be read.
    File,
    /// A file that a variable or a setting names cannot be used.
    NamedFile,
    /// A setting beside the keys has a value that is of no use.
    Value,
    /// There is no such profile.
    Profile,
    /// What a profile says is contradictory, incomplete or of no use.
    Settings,
    /// A part of the keys is missing, or has not the form of one.
    Keys,
    /// They were good once.
    Ended,
    /// Who is to give them gave none.
    NotGiven,
    /// Who is to give them takes longer than was waited.
    NotWaitedFor,
}
