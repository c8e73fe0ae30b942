//! What clients have in common, and where it is from.

use super::facts::{
    BadSwitch, Booleans, Client, DefaultMode, EmptyUrl, EmptyVariable, FileUse, LegacyReach,
    MissingProfile, OtherValue, RegionRule, SettingRule, Since, UrlRule, WithoutRegion,
};

/// The Regions in which `legacy` means the global endpoint, beside `aws-global` itself, which is its name: those that AWS had
/// before 2019, less two. (AWS SDKs and Tools Reference Guide, "AWS STS Regional endpoints"; botocore,
/// `args.py`, `LEGACY_GLOBAL_STS_REGIONS`.)
pub const LEGACY_REGIONS: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// AWS SDKs and Tools Reference Guide: the setting, its values, its default, and who has it.
pub(super) const GUIDE_STS: &str =
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html";
/// The same guide: endpoint URLs, and who reads them.
pub(super) const GUIDE_URLS: &str =
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html";
/// The same guide: FIPS and dual stack, and who reads them.
pub(super) const GUIDE_VARIANTS: &str =
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html";
/// The same guide: where the Region is read.
pub(super) const GUIDE_REGION: &str =
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html";
/// The announcement of the change of default: Python, PHP, C++, .NET, PowerShell.
pub(super) const CHANGE: &str = "https://aws.amazon.com/blogs/developer/updating-aws-sdk-defaults-aws-sts-service-endpoint-and-retry-strategy/";
/// Asked by `scripts/interop` and `tests/it`.
pub(super) const ASKED: &str = "asked: tests/data/clients/environments.json";

pub(super) const CHANGED: &str = "2025-07-31";

pub(super) const PROFILE: &[&str] = &["AWS_PROFILE"];
pub(super) const PYTHON_PROFILE: &[&str] = &["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];

/// What most clients have in common: Regional by rule, no setting, all of the newer settings.
pub(super) const MODERN: Client = Client {
    id: "",
    name: "",
    releases: None,
    since: None,
    default: DefaultMode::Regional,
    reach: LegacyReach::Listed,
    setting: SettingRule::NotRead,
    region: RegionRule {
        variables: &["AWS_REGION"],
        variables_if_loaded: &[],
        file: FileUse::Always,
        empty: EmptyVariable::Unset,
        fips_names: false,
        profile_variables: PROFILE,
    },
    without_region: WithoutRegion::Refused,
    urls: UrlRule::ReadWithoutVariants,
    empty_url: EmptyUrl::Skipped,
    trims_urls: false,
    variants: Booleans::AnyCase,
    bad_switch: BadSwitch::Skipped,
    missing_profile: MissingProfile::Ignored,
    sources: &[GUIDE_STS, GUIDE_URLS, GUIDE_VARIANTS, GUIDE_REGION],
};

/// The setting as most clients read it that have it.
pub(super) const SETTING: SettingRule = SettingRule::Read {
    file: FileUse::Always,
    any_case: false,
    empty: EmptyVariable::Unset,
    other: OtherValue::Refused,
};

/// The same for those who take `LEGACY` too.
pub(super) const SETTING_IN_ANY_CASE: SettingRule = SettingRule::Read {
    file: FileUse::Always,
    any_case: true,
    empty: EmptyVariable::Unset,
    other: OtherValue::Refused,
};

/// botocore and what is built on it.
pub(super) const BOTOCORE: Client = Client {
    setting: SETTING,
    region: RegionRule {
        variables: &["AWS_DEFAULT_REGION"],
        empty: EmptyVariable::Refused,
        fips_names: true,
        profile_variables: PYTHON_PROFILE,
        ..MODERN.region
    },
    without_region: WithoutRegion::Global,
    urls: UrlRule::Read,
    bad_switch: BadSwitch::Off,
    missing_profile: MissingProfile::RefusedAlsoEmpty,
    ..MODERN
};

/// What the releases of .NET and of PowerShell have in common.
pub(super) const DOTNET: Client = Client {
    region: FIPS_NAMES,
    bad_switch: BadSwitch::RefusedInVariable,
    ..MODERN
};

/// What the releases of PHP have in common.
pub(super) const PHP_ANY: Client = Client {
    setting: SETTING_IN_ANY_CASE,
    region: FIPS_NAMES,
    variants: Booleans::AnyCaseAndOnOff,
    bad_switch: BadSwitch::Refused,
    sources: PHP,
    ..MODERN
};

/// The Region where most read it, by whom `fips-us-east-1` is understood.
const FIPS_NAMES: RegionRule = RegionRule {
    fips_names: true,
    ..MODERN.region
};

pub(super) const fn changed(version: Option<&'static str>) -> Option<Since> {
    Some(Since {
        version,
        date: CHANGED,
    })
}

/// What .NET makes of a switch, and of a Region that is named as one of FIPS.
pub(super) const DOTNET_SWITCHES: &str = "aws/aws-sdk-net, Core/Amazon.Runtime/ClientConfig.cs, Core/Amazon.Runtime/Internal/Util/InternalConfiguration.cs";

pub(super) const DOTNET_3: &[&str] = &[
    CHANGE,
    "aws/aws-sdk-net, SecurityToken/Custom/AmazonSecurityTokenServiceConfig.cs",
    DOTNET_SWITCHES,
    GUIDE_URLS,
    GUIDE_VARIANTS,
    GUIDE_REGION,
];

pub(super) const PHP: &[&str] = &[
    "https://github.com/aws/aws-sdk-php/issues/3159",
    "aws/aws-sdk-php, src/Sts/RegionalEndpoints/ConfigurationProvider.php",
    "aws/aws-sdk-php, src/Endpoint/UseFipsEndpoint/ConfigurationProvider.php, src/ClientResolver.php, src/functions.php",
    GUIDE_URLS,
    GUIDE_VARIANTS,
    GUIDE_REGION,
];

pub(super) const CPP: &[&str] = &[
    CHANGE,
    "https://github.com/aws/aws-sdk-cpp/issues/3605",
    "aws/aws-sdk-cpp, aws-cpp-sdk-core/source/client/ClientConfiguration.cpp",
    "aws/aws-sdk-cpp, aws-cpp-sdk-core/source/endpoint/BuiltInParameters.cpp",
    GUIDE_URLS,
    GUIDE_VARIANTS,
];

pub(super) const CPP_ANY: Client = Client {
    region: RegionRule {
        variables: &["AWS_DEFAULT_REGION", "AWS_REGION"],
        ..FIPS_NAMES
    },
    without_region: WithoutRegion::UsEast1,
    urls: UrlRule::NotRead,
    bad_switch: BadSwitch::Off,
    ..MODERN
};
