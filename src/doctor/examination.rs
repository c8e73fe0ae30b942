//! What is examined.

use std::time::Duration;

use crate::credentials::mask::Disclosure;
use crate::load::Epoch;
use crate::place::{MeasuringPlace, PlaceError};
use crate::plan::Resolver;
use crate::transport::Trust;
use sts_model::{Endpoint, Operation};

/// An environment that is to be examined.
#[derive(Debug)]
pub(crate) struct Examination {
    /// The profile whose credentials are taken; every place of credentials without one.
    pub profile: Option<String>,
    /// How long credentials may take to be found.
    pub credential_limit: Duration,
    /// Where this is, or why that is not known.
    pub place: Result<MeasuringPlace, PlaceError>,
    /// What a run would call; empty where that depends on a Region that is not known.
    pub endpoints: Vec<Endpoint>,
    /// What it would ask for.
    pub operations: Vec<Operation>,
    /// The endpoint that is asked who calls, or why none is.
    pub callee: Result<Endpoint, Uncallable>,
    /// Whose certificates are accepted.
    pub trust: Trust,
    /// The option or variable that names an authority besides the public roots.
    pub authority: Option<&'static str>,
    /// Who turns names into addresses.
    pub resolver: Resolver,
    /// Whether the caller is shown whole.
    pub disclosure: Disclosure,
    /// When this began.
    pub epoch: Epoch,
    /// Whether anything may be sent.
    pub reach: Connectivity,
}

/// Why the endpoint that a variable names is not called, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Uncallable {
    /// It is in plaintext beyond this machine.
    Plaintext(String),
    /// Its host is not known to be STS, or it is no endpoint.
    Otherwise(String),
}

/// Whether an examination may send anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connectivity {
    /// It looks up names, fetches credentials and asks STS once.
    Online,
    /// It sends nothing.
    Offline,
}
