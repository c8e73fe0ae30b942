//! What is known of a client: the columns of the table.

use serde::Serialize;

/// An AWS SDK or CLI of some releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// Its name for options and files: `[a-z0-9-]`.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Of which releases this holds, where others of the same client differ: `from 1.40.0`.
    pub releases: Option<&'static str>,
    /// Since when its default holds, where it has changed.
    pub since: Option<Since>,
    /// Which endpoint it calls when nothing says which.
    pub default: DefaultMode,
    /// Which Regions its `legacy` sends to the global endpoint.
    pub reach: LegacyReach,
    /// Whether it reads `AWS_STS_REGIONAL_ENDPOINTS` and `sts_regional_endpoints`.
    pub setting: SettingRule,
    /// Where it reads its Region.
    pub region: RegionRule,
    /// What it does with no Region at all.
    pub without_region: WithoutRegion,
    /// Whether it reads `AWS_ENDPOINT_URL_STS`, `AWS_ENDPOINT_URL`, services sections, `endpoint_url` and
    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`.
    pub urls: UrlRule,
    /// What it does with an endpoint URL of a profile that is empty.
    pub empty_url: EmptyUrl,
    /// Whether it takes blanks around a URL away; with them it is no URL for the others.
    pub trims_urls: bool,
    /// Whether it reads `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` and their settings in a profile.
    pub variants: Booleans,
    /// What it does with a switch that is neither on nor off, such as `yes`.
    pub bad_switch: BadSwitch,
    /// What it does when the profile that a variable names is in no file.
    pub missing_profile: MissingProfile,
    /// Where each of these facts is from.
    pub sources: &'static [&'static str],
}

/// The release with which a default began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Since {
    /// The first release; `None` where no source names it.
    pub version: Option<&'static str>,
    /// Its day, ISO 8601.
    pub date: &'static str,
}

/// Which endpoint a client calls when nothing says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DefaultMode {
    /// The Region's own.
    Regional,
    /// The global one in the Regions that its `legacy` reaches, and the Region's own elsewhere.
    Legacy,
}

/// Which Regions `legacy` sends to the global endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegacyReach {
    /// The 16 of `LEGACY_REGIONS`.
    Listed,
    /// All whose names the client does not know as another partition's.
    AllButPartitions(&'static [&'static str]),
}

/// Whether a client reads `AWS_STS_REGIONAL_ENDPOINTS` and `sts_regional_endpoints`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingRule {
    /// It has no such setting.
    NotRead,
    /// It reads `legacy` and `regional`.
    Read {
        /// In which files.
        file: FileUse,
        /// Whether `LEGACY` is `legacy`.
        any_case: bool,
        /// What an empty variable is.
        empty: EmptyVariable,
        /// What another value is.
        other: OtherValue,
    },
}

/// What a value of the setting is that is neither `legacy` nor `regional`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OtherValue {
    /// An error.
    Refused,
    /// The client's default, whatever another place says.
    Default,
}

/// When a client reads a profile's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileUse {
    /// From both files.
    Always,
    /// From the credentials file always, from the configuration with `AWS_SDK_LOAD_CONFIG` only.
    ConfigIfLoaded,
    /// From both files with `AWS_SDK_LOAD_CONFIG` only.
    BothIfLoaded,
    /// Not at all.
    Never,
}

/// What a variable that is set to nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EmptyVariable {
    /// As if it were not set.
    Unset,
    /// An error.
    Refused,
}

/// Where a client reads its Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RegionRule {
    /// Variables in their order.
    pub variables: &'static [&'static str],
    /// Variables that it reads after these with `AWS_SDK_LOAD_CONFIG` only.
    pub variables_if_loaded: &'static [&'static str],
    /// When it reads the profile's `region`.
    pub file: FileUse,
    /// What an empty variable is, and an empty setting.
    pub empty: EmptyVariable,
    /// Whether `fips-us-east-1` and `us-east-1-fips` are us-east-1 with FIPS switched on.
    pub fips_names: bool,
    /// The variables that name the profile, in their order.
    pub profile_variables: &'static [&'static str],
}

/// What a client does without a Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WithoutRegion {
    /// It ends with an error.
    Refused,
    /// It calls the global endpoint, whatever the setting.
    Global,
    /// It calls the global endpoint, but ends with an error when the setting is `regional`.
    GlobalUnlessRegional,
    /// It takes us-east-1.
    UsEast1,
}

/// Whether a client reads endpoint URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UrlRule {
    /// No.
    NotRead,
    /// Yes: the variable for STS, the one for all services, the services section of the profile, its `endpoint_url`. FIPS or
    /// dual stack beside a URL is ignored; a services section that is in no file is an error.
    Read,
    /// The same, but FIPS or dual stack beside a URL is an error, and a services section that is in no file is none.
    ReadWithoutVariants,
}

/// What a client does with an endpoint URL of a profile that is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EmptyUrl {
    /// It looks for the next one.
    Skipped,
    /// It looks no further, and there is none.
    Last,
    /// It ends with an error.
    Refused,
}

/// Which values of a switch a client reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Booleans {
    /// It has no such switch.
    NotRead,
    /// `true` and `false` in lower case.
    LowerCase,
    /// `true` and `false` in any case.
    AnyCase,
    /// The same, `on` and `off`, `1` and `0`.
    AnyCaseAndOnOff,
}

/// What a client does with a switch whose value it cannot read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BadSwitch {
    /// It looks for the next place.
    Skipped,
    /// The switch is off, whatever the next place says.
    Off,
    /// It ends with an error.
    Refused,
    /// It ends with an error where a variable has the value; in a profile the switch is off.
    RefusedInVariable,
}

/// What a client does when the profile that a variable names is in no file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MissingProfile {
    /// It ends with an error.
    Refused,
    /// It ends with an error, also where the variable is empty.
    RefusedAlsoEmpty,
    /// It goes on without a profile.
    Ignored,
}
