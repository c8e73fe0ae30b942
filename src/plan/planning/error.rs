//! Why a draft is no plan.

use std::time::Duration;

use thiserror::Error;

use sts_model::{InvalidEndpointName, ParameterError};

/// Why a draft is no plan. Each message names the option and its range.
#[derive(Debug, Error, PartialEq)]
pub enum PlanError {
    /// A parameter of an operation.
    #[error("--param {0}")]
    Parameter(ParameterError),
    /// Only endpoints that do not have the operations.
    #[error("{endpoints} does not offer {operations}; add a regional endpoint to --endpoints")]
    NotOffered {
        /// The endpoints' names.
        endpoints: String,
        /// The operations' names.
        operations: String,
    },
    /// A number out of range.
    #[error("{option} {value} is out of range; allowed: {range}")]
    Range {
        /// The option as on the command line.
        option: &'static str,
        /// The value as understood.
        value: String,
        /// The allowed range with its unit.
        range: String,
    },
    /// Nothing to call.
    #[error("the plan has no {0}; give at least one")]
    Nothing(&'static str),
    /// Two endpoints of one name.
    #[error("two endpoints are called {0:?}; names must be unique")]
    DuplicateEndpoint(String),
    /// A twin of an endpoint that is not called.
    #[error("--twin {name}: no such endpoint is called; the plan has {}", known.join(", "))]
    NoTwin {
        /// The name as given.
        name: String,
        /// The endpoints that are called.
        known: Vec<String>,
    },
    /// A twin whose name would be none.
    #[error("--twin: {0}")]
    TwinName(InvalidEndpointName),
    /// Options that exclude each other.
    #[error("{0} and {1} exclude each other")]
    Conflict(&'static str, &'static str),
    /// An option without the one it needs.
    #[error("{0} needs {1}")]
    Needs(&'static str, &'static str),
    /// A choice that this program was built without.
    #[error("{option} needs a program that was built with the cargo feature {feature}")]
    NotBuilt {
        /// The option with its value.
        option: &'static str,
        /// The feature's name.
        feature: &'static str,
    },
    /// A time that leaves no room for what has to be done in it.
    #[error("{option} {:.1} s is shorter than {what}, which takes {:.1} s", time.as_secs_f64(), takes.as_secs_f64())]
    TooShort {
        /// The option as on the command line.
        option: &'static str,
        /// Its value.
        time: Duration,
        /// What takes longer.
        what: &'static str,
        /// How long that takes.
        takes: Duration,
    },
    /// A rate and duration that come to nothing.
    #[error("--rate {rate} for {seconds} s plans 0 samples; raise --rate or --duration")]
    NoSamples {
        /// Requests per second.
        rate: f64,
        /// Length in seconds.
        seconds: f64,
    },
    /// More calls than the budget.
    #[error(
        "the plan makes {planned} calls, more than the budget of {budget}; lower --rounds, --rate, --duration or --windows, or raise --max-requests"
    )]
    Budget {
        /// Calls that the plan makes.
        planned: u64,
        /// Calls allowed.
        budget: u64,
    },
}

impl PlanError {
    /// What a program without the feature `client-reqwest` says of `--client reqwest`.
    pub const WITHOUT_REQWEST: Self = Self::NotBuilt {
        option: "--client reqwest",
        feature: "client-reqwest",
    };
}
