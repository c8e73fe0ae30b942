//! What to do when nobody said who calls.

use crate::notice::{CallFailure, CredentialFault};

impl CallFailure {
    /// What to do.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Self::UnknownKey => {
                "run `aws sts get-caller-identity` with the same profile; renew the credentials if it fails too"
            }
            Self::RegionNotEnabled => {
                "enable the Region in the account or call another one; renew the credentials if others refuse them too"
            }
            Self::SessionEnded => "get fresh credentials, for example with `aws sso login`",
            Self::Denied => {
                "ask for a change to the policy that denies sts:GetCallerIdentity, of a VPC endpoint or of a service that is not AWS's"
            }
            Self::Clock => {
                "set the clock, for example with chrony or systemd-timesyncd; STS allows 15 minutes"
            }
            Self::SigningRegion => {
                "name the Region of the endpoint: --endpoint-url NAME=URL@REGION, or AWS_REGION where a variable names the endpoint"
            }
            Self::Signature => {
                "correct the secret access key: it is not that of the access key id, or something on the path changes the request"
            }
            Self::Unsigned => "correct the credentials where they are set",
            Self::Busy => {
                "try again in a minute; the service is busy or broken, the credentials are not at fault"
            }
            Self::NotSts => {
                "check the URL; sign in where the network asks for it (captive portal), and leave proxies out"
            }
            Self::Refused => "check that the URL is that of an STS endpoint",
            Self::Name => "check the name and the DNS server: /etc/resolv.conf, --resolver",
            Self::Certificate => {
                "check the host and the clock; an authority of your own is named with --ca-file and allowed with --allow-host"
            }
            Self::Tls => {
                "check that the port speaks TLS (https://), and whether something on the path intercepts it"
            }
            Self::NoAnswer => {
                "try again; if that does not help, look at the load of the service and of what stands before it"
            }
            Self::Route => {
                "check the route to the endpoint: firewall, VPC endpoint, --resolver; measured calls use no proxy"
            }
            Self::Machine => "close other programs, or raise the limit of open files (ulimit -n)",
        }
    }
}

impl CredentialFault {
    /// What to do.
    pub(super) fn remedy(self) -> &'static str {
        match self {
            Self::None => {
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile with --profile, or sign in with `aws sso login`"
            }
            Self::File => {
                "correct the file, or name another one with AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE"
            }
            Self::NamedFile => "correct the file, or name another one where this one is named",
            Self::Value => "correct the value where it is set, or take it away there",
            Self::Profile => {
                "correct the name where it is given (--profile, STSBENCH_PROFILE, AWS_PROFILE, AWS_DEFAULT_PROFILE, source_profile), or add the profile to AWS's files"
            }
            Self::Settings => {
                "correct the profile in AWS's files, or name another one with --profile"
            }
            Self::Keys => {
                "set access key id, secret access key and, for temporary keys, session token, complete and from one source"
            }
            Self::Ended => "get fresh credentials, for example with `aws sso login`",
            Self::NotWaitedFor => {
                "give --credential-timeout a longer time, such as 60s, which `stsbench run` waits for"
            }
            Self::NotGiven => {
                "run `aws sts get-caller-identity` with the same profile; if that fails too, fix what supplies the credentials"
            }
        }
    }
}
