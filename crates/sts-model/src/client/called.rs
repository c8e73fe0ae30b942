//! What a client calls, and the one reason for it.

use serde::Serialize;

use crate::catalog::Scope;

/// What a client does when it is to call STS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Called {
    /// It calls an endpoint.
    Endpoint {
        /// Scheme, host and port.
        url: String,
        /// The Region in the signature.
        signing_region: String,
        /// Which endpoint that is.
        scope: Scope,
        /// Why that one.
        because: Because,
    },
    /// It ends with an error before it sends anything.
    Refused {
        /// Which error.
        refused: Refusal,
    },
}

/// Where a setting is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingPlace {
    /// In a variable of that name.
    Variable(&'static str),
    /// In a profile: its name and the setting's.
    Profile {
        /// The profile.
        profile: String,
        /// The setting.
        setting: &'static str,
    },
    /// In the services section that a profile names.
    Services {
        /// The profile.
        profile: String,
    },
}

/// The one reason why a client calls what it calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "reason")]
pub enum Because {
    /// A URL is configured.
    Url {
        /// Where.
        place: SettingPlace,
    },
    /// FIPS or dual stack is switched on, which no global endpoint has.
    Variant {
        /// Where.
        place: SettingPlace,
    },
    /// The Region is named as one of FIPS, such as `fips-us-east-1`.
    FipsRegion {
        /// The Region as it was found.
        region: String,
    },
    /// The Region is `aws-global`, which is the name of the global endpoint.
    AwsGlobal,
    /// There is no Region, and the client takes one.
    NoRegion,
    /// The setting says `regional`.
    SetRegional {
        /// Where.
        place: SettingPlace,
    },
    /// The setting says `legacy`, and the Region is one that it reaches.
    SetLegacy {
        /// Where.
        place: SettingPlace,
    },
    /// `legacy` is the client's default, and the Region is one that it reaches.
    DefaultLegacy,
    /// `regional` is the client's default.
    DefaultRegional,
    /// `legacy` holds, but the Region is none that it reaches.
    BeyondLegacy,
    /// The Region's partition has no global endpoint.
    NoGlobalEndpoint,
}

/// Why a client ends with an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "error")]
pub enum Refusal {
    /// There is no Region.
    NoRegion,
    /// The Region is no host label, such as the empty one.
    BadRegion {
        /// The Region as it was found.
        region: String,
    },
    /// The setting is neither `legacy` nor `regional`.
    BadSetting {
        /// Where.
        place: SettingPlace,
        /// The value as it was found.
        value: String,
    },
    /// A switch is neither on nor off.
    BadSwitch {
        /// Where.
        place: SettingPlace,
        /// The value as it was found.
        value: String,
    },
    /// The profile that a variable names is in no file.
    NoProfile {
        /// The profile.
        profile: String,
    },
    /// The services section that the profile names is in no file.
    NoServices {
        /// The profile.
        profile: String,
        /// The section.
        services: String,
    },
    /// The URL is none: it lacks `http://` or `https://`, or has a blank.
    BadUrl {
        /// Where.
        place: SettingPlace,
    },
    /// FIPS or dual stack is switched on beside a URL.
    VariantBesideUrl {
        /// Where the URL is.
        place: SettingPlace,
    },
}

impl Called {
    /// Where the URL is set that names the global endpoint, if one does.
    pub fn global_url(&self) -> Option<&SettingPlace> {
        match self {
            Self::Endpoint {
                scope: Scope::Global,
                because: Because::Url { place },
                ..
            } => Some(place),
            Self::Endpoint { .. } | Self::Refused { .. } => None,
        }
    }

    /// Whether no call is made for the value of the setting, which is neither `legacy` nor `regional`.
    pub fn refuses_setting(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                refused: Refusal::BadSetting { .. }
            }
        )
    }

    /// Whether it is the global endpoint that is called.
    pub fn is_global(&self) -> bool {
        matches!(
            self,
            Self::Endpoint {
                scope: Scope::Global,
                ..
            }
        )
    }
}
