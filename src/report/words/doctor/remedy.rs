//! What to do about a finding.

use crate::notice::{DoctorFinding, FindingMark};

impl DoctorFinding {
    /// What to do about it, when there is something to do.
    pub(crate) fn remedy(&self) -> Option<&'static str> {
        if self.mark() < FindingMark::Warn {
            return None;
        }
        Some(match self {
            Self::NoCredentials { cause, .. } => cause.remedy(),
            Self::Refused { cause, .. } | Self::Unanswered { cause, .. } => cause.remedy(),
            Self::NotCalled(_) => "give --allow-host with that host if it may see signed requests",
            Self::NotCalledInPlaintext(_) => {
                "name an https:// URL; `stsbench run` measures such a host with --endpoint-url NAME=URL and --insecure-http HOST"
            }
            Self::Caller { .. } => "renew the credentials before a longer run",
            Self::Sources(_) => {
                "remove those that you do not mean; --profile takes one profile alone"
            }
            Self::Source(fault) => fault.remedy(),
            Self::Region { .. } => "check the spelling, or update this program",
            Self::NoRegion => "set AWS_REGION or the profile's region, or give --region",
            Self::BadPlace(_) => "correct the value where it is set",
            Self::EphemeralName(_) => {
                "set STSBENCH_VANTAGE or --vantage, so that history can follow this place"
            }
            Self::PrivateAddress { .. } => {
                "if it is a VPC endpoint, measure it with --endpoint-url NAME=https://HOST and --allow-host HOST"
            }
            Self::Unresolved { .. } => {
                "check /etc/resolv.conf, or name a DNS server with --resolver"
            }
            Self::Proxies(_) => {
                "nothing, if this machine reaches AWS directly; behind a mandatory proxy measured calls fail"
            }
            Self::EndpointVariables(_) => "nothing; `stsbench run` calls what --endpoints names",
            Self::UnknownEndpointSetting(_) => {
                "set it to regional, or to legacy; `stsbench advise` says what each tool then calls"
            }
            Self::TlsIntercepted { .. } => {
                "have AWS's hosts exempted from TLS inspection; numbers through an inspecting proxy are the proxy's"
            }
            Self::Clock { .. } => {
                "set the clock, for example with chrony or systemd-timesyncd; STS allows 15 minutes"
            }
            Self::MayNotCall { .. } | Self::MayBeRefused(_) => {
                "use an IAM user's keys for these, or leave them out of --operations"
            }
            Self::OptIn(_) => "enable the Regions in the account, or leave them out of --endpoints",
            Self::NoKernelClock(_) => "nothing; times are read from this program's own clock",
            Self::NoKernelLink(_) => {
                "nothing for AWS; simulated runs delay bytes instead of packets (--link kernel needs CAP_NET_ADMIN)"
            }
            Self::Load { .. } => "stop other work, or measure on an idle machine",
            Self::Governor(_) => "set the governor to performance while measuring",
            Self::OnBattery => "connect the power supply while measuring",
            _ => return None,
        })
    }
}
