//! What an emulator tells its parent process: who it is, one line per endpoint, and in the end its ledger.
//!
//! Each is one JSON object on one line. The credentials in it open nothing but this emulator; no other secrets pass here.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use sts_model::Endpoint;
use sts_model::Operation;

use crate::config::callers::CallerSpec;
use crate::config::emulator_config::EmulatorConfig;
use crate::config::link::{GlobalServing, Link};
use crate::config::placement::Placement;
use crate::iam::identities::EmulatorCredentials;
use crate::ledger::counts::Ledger;
use crate::service::service_time::ServiceTime;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Announcement {
    /// The first line.
    #[serde(rename = "fleet")]
    Emulator(Box<EmulatorAnnouncement>),
    /// One line for each endpoint, in the selector's order.
    Endpoint(Box<EndpointAnnouncement>),
    /// The last line.
    Ledger(Ledger),
}

/// What holds for the emulator as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EmulatorAnnouncement {
    /// The Region that it is seen from.
    pub vantage: String,
    /// What fixes its draws.
    pub seed: u64,
    /// How distance is made; never [`Link::Auto`].
    pub link: Link,
    /// Why it is not the kernel link, when that was asked for if possible.
    #[serde(default)]
    pub why_not_kernel: Option<String>,
    /// Which Region serves the global endpoint.
    pub global_endpoint: GlobalServing,
    /// Where its DNS answers, over UDP and TCP. Names of the global endpoint have the address that us-east-1 serves, where the
    /// two differ.
    pub dns: SocketAddr,
    /// Where a DNS answers as Amazon's does, with the locally served address of the global endpoint, where the two differ.
    #[serde(default)]
    pub amazon_dns: Option<SocketAddr>,
    /// What answers with 200 as soon as every endpoint is served, if anything was asked to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready_url: Option<String>,
    /// How many endpoint lines follow.
    pub endpoints: usize,
    /// The root certificate to trust.
    pub ca_pem: String,
    /// Every user's long-term credentials; the first are those to use by default.
    pub credentials: Vec<EmulatorCredentials>,
    /// Parameters with which an operation succeeds for the first user, under the AWS CLI's names, where it needs any. What is
    /// in them is this emulator's own.
    #[serde(default)]
    pub parameters: BTreeMap<Operation, BTreeMap<String, String>>,
    /// The JSON Web Key Set that proves the tokens of GetWebIdentityToken.
    #[serde(default)]
    pub outbound_jwks: String,
}

/// One endpoint: what it stands for, where it is, and what it injects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndpointAnnouncement {
    /// The endpoint under its real host name, with its TLS address: on loopback, or behind the kernel link in
    /// 198.18.0.0/15; ready to be measured.
    #[serde(flatten)]
    pub endpoint: Endpoint,
    /// The real host name.
    pub host: String,
    /// The TLS address as a URL, for clients that cannot connect to another address than the URL's.
    pub url: String,
    /// Where the same endpoint has a second TLS address, if it has one.
    #[serde(default)]
    pub second_address: Option<SocketAddr>,
    /// The same service without TLS.
    pub plaintext_address: SocketAddr,
    /// `plaintext_address` as a URL.
    pub plaintext_url: String,
    /// The Region that serves the calls.
    pub served_by: String,
    /// The injected round trip. Unit: milliseconds, 0–60,000.
    pub rtt_ms: f64,
    /// How callers with Regions of their own meet it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub callers: Vec<CallerAnnouncement>,
    /// The injected service time of each operation.
    pub service_time: BTreeMap<Operation, ServiceTime>,
    /// The kinds of injected faults, and of latency laws that add to the service time.
    pub faults: Vec<String>,
}

/// One endpoint as a caller with a Region of its own meets it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallerAnnouncement {
    /// Where it calls from.
    pub address: Ipv4Addr,
    /// The Region that it is in.
    pub from: String,
    /// The Region that serves its calls.
    pub served_by: String,
    /// The injected round trip. Unit: milliseconds, 0–60,000.
    pub rtt_ms: f64,
}

/// An emulator by what it has announced: where it is and how to call it, whether it runs in this process or in another.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnouncedEmulator {
    announcement: EmulatorAnnouncement,
    endpoints: Vec<EndpointAnnouncement>,
}

impl AnnouncedEmulator {
    pub(crate) fn new(
        announcement: EmulatorAnnouncement,
        endpoints: Vec<EndpointAnnouncement>,
    ) -> Self {
        Self {
            announcement,
            endpoints,
        }
    }

    /// What holds for the emulator as a whole.
    pub fn announcement(&self) -> &EmulatorAnnouncement {
        &self.announcement
    }

    /// Every endpoint that it serves, with what it injects there, in the selector's order.
    pub fn announced_endpoints(&self) -> &[EndpointAnnouncement] {
        &self.endpoints
    }

    /// Why the link is not the kernel's, where whoever started the emulator knows better.
    pub(crate) fn explain_link(&mut self, why_not_kernel: Option<String>) {
        let own = self.announcement.why_not_kernel.take();
        self.announcement.why_not_kernel = why_not_kernel.or(own);
    }

    /// All lines that its process prints, but the last: the emulator, then its endpoints.
    pub fn announcements(&self) -> Vec<Announcement> {
        let emulator = Announcement::Emulator(Box::new(self.announcement.clone()));
        let endpoints = self.endpoints.iter().cloned();
        let endpoints = endpoints.map(|endpoint| Announcement::Endpoint(Box::new(endpoint)));
        std::iter::once(emulator).chain(endpoints).collect()
    }

    /// The endpoints under their real names, with their addresses; ready to be measured.
    pub fn endpoints(&self) -> Vec<Endpoint> {
        let endpoints = self.endpoints.iter();
        endpoints
            .map(|announced| announced.endpoint.clone())
            .collect()
    }

    /// The TLS addresses of the endpoints.
    pub fn addresses(&self) -> impl Iterator<Item = SocketAddr> {
        let endpoints = self.endpoints.iter();
        endpoints.filter_map(|announced| announced.endpoint.address)
    }

    /// The endpoint of that name, such as `eu-central-1`, if it is served.
    pub fn endpoint(&self, name: &str) -> Option<&EndpointAnnouncement> {
        let mut endpoints = self.endpoints.iter();
        endpoints.find(|announced| announced.endpoint.name == name)
    }

    /// The long-term credentials to use by default, which open nothing else; `None` for an emulator without users.
    pub fn credentials(&self) -> Option<&EmulatorCredentials> {
        self.announcement.credentials.first()
    }

    /// The long-term credentials of the user called `name`, in whatever account and below whatever path; the first of several.
    pub fn credentials_of(&self, name: &str) -> Option<&EmulatorCredentials> {
        let mut all = self.announcement.credentials.iter();
        all.find(|one| one.arn.contains(":user/") && one.arn.rsplit('/').next() == Some(name))
    }
}

impl CallerAnnouncement {
    /// How a caller meets the endpoint at a placement.
    pub(crate) fn of((caller, placement): &(&CallerSpec, Placement)) -> Self {
        Self {
            address: caller.address,
            from: caller.from.clone(),
            served_by: placement.served_by.clone(),
            rtt_ms: placement.round_trip.as_secs_f64() * 1e3,
        }
    }
}

impl EndpointAnnouncement {
    /// The endpoint at `placement`, with its TLS and its plaintext address and what `config` injects there.
    pub(crate) fn new(
        config: &EmulatorConfig,
        placement: &Placement,
        [secure, plaintext]: [SocketAddr; 2],
    ) -> Self {
        let endpoint = placement.endpoint.clone();
        let faults = config
            .faults
            .iter()
            .filter(|fault| fault.concerns(&endpoint.name))
            .map(|fault| fault.fault.name());
        let laws = config
            .latency
            .iter()
            .filter(|law| law.concerns(&endpoint.name) && law.law.disturbs());
        Self {
            host: endpoint.origin.host().to_owned(),
            url: format!("https://{secure}"),
            second_address: None,
            plaintext_address: plaintext,
            plaintext_url: format!("http://{plaintext}"),
            served_by: placement.served_by.clone(),
            rtt_ms: placement.round_trip.as_secs_f64() * 1e3,
            callers: Vec::new(),
            service_time: config.service_times(&endpoint.name),
            faults: faults
                .chain(laws.map(|law| law.law.name()))
                .map(str::to_owned)
                .collect(),
            endpoint,
        }
    }
}
