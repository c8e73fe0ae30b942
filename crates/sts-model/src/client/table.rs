//! The table of clients.
//!
//! What is said of Python, the AWS CLI 1, JavaScript 2 and 3 and Rust is held against the clients themselves by
//! `scripts/interop` and `tests/it`; of the others it is read from their source or their documentation, as `sources` says.

use super::facts::{
    Booleans, Client, DefaultMode, EmptyUrl, EmptyVariable, FileUse, LegacyReach, MissingProfile,
    RegionRule, SettingRule, Since, UrlRule, WithoutRegion,
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
const GUIDE_STS: &str =
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html";
/// The same guide: endpoint URLs, and who reads them.
const GUIDE_URLS: &str =
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html";
/// The same guide: FIPS and dual stack, and who reads them.
const GUIDE_VARIANTS: &str =
    "https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html";
/// The same guide: where the Region is read.
const GUIDE_REGION: &str = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html";
/// The announcement of the change of default: Python, PHP, C++, .NET, PowerShell.
const CHANGE: &str = "https://aws.amazon.com/blogs/developer/updating-aws-sdk-defaults-aws-sts-service-endpoint-and-retry-strategy/";
/// Asked by `scripts/interop` and `tests/it`.
const ASKED: &str = "asked: tests/data/clients/environments.json";

const CHANGED: &str = "2025-07-31";

const PROFILE: &[&str] = &["AWS_PROFILE"];
const PYTHON_PROFILE: &[&str] = &["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];

/// What most clients have in common: Regional by rule, no setting, all of the newer settings.
const MODERN: Client = Client {
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
    missing_profile: MissingProfile::Ignored,
    sources: &[GUIDE_STS, GUIDE_URLS, GUIDE_VARIANTS, GUIDE_REGION],
};

/// The setting as most clients read it that have it.
const SETTING: SettingRule = SettingRule::Read {
    file: FileUse::Always,
    any_case: false,
    empty: EmptyVariable::Unset,
};

/// The same for those who take `LEGACY` too.
const SETTING_IN_ANY_CASE: SettingRule = SettingRule::Read {
    file: FileUse::Always,
    any_case: true,
    empty: EmptyVariable::Unset,
};

/// botocore and what is built on it.
const BOTOCORE: Client = Client {
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
    missing_profile: MissingProfile::RefusedAlsoEmpty,
    ..MODERN
};

const fn changed(version: Option<&'static str>) -> Option<Since> {
    Some(Since {
        version,
        date: CHANGED,
    })
}

/// Every client that is known, the CLIs first.
pub const CLIENTS: &[Client] = &[
    Client {
        id: "aws-cli-2",
        name: "AWS CLI 2",
        region: RegionRule {
            variables: &["AWS_REGION", "AWS_DEFAULT_REGION"],
            empty: EmptyVariable::Refused,
            fips_names: true,
            profile_variables: &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"],
            ..MODERN.region
        },
        without_region: WithoutRegion::Global,
        urls: UrlRule::Read,
        missing_profile: MissingProfile::RefusedAlsoEmpty,
        sources: &[
            GUIDE_STS,
            GUIDE_URLS,
            "aws/aws-cli, branch v2, awscli/botocore/configprovider.py (no such setting; region, profile)",
        ],
        ..MODERN
    },
    Client {
        id: "aws-cli-1",
        name: "AWS CLI 1",
        releases: Some("from 1.42.0"),
        since: changed(Some("1.42.0")),
        sources: &[ASKED, "https://github.com/aws/aws-cli/issues/9634"],
        ..BOTOCORE
    },
    Client {
        id: "aws-cli-1-before-1.42",
        name: "AWS CLI 1",
        releases: Some("before 1.42.0"),
        default: DefaultMode::Legacy,
        sources: &[ASKED, "https://github.com/aws/aws-cli/issues/9634"],
        ..BOTOCORE
    },
    Client {
        id: "python",
        name: "Python (boto3, botocore)",
        releases: Some("from 1.40.0"),
        since: changed(Some("1.40.0")),
        sources: &[ASKED, "https://github.com/boto/boto3/issues/4583", CHANGE],
        ..BOTOCORE
    },
    Client {
        id: "python-before-1.40",
        name: "Python (boto3, botocore)",
        releases: Some("before 1.40.0"),
        default: DefaultMode::Legacy,
        sources: &[ASKED, "https://github.com/boto/boto3/issues/4583", CHANGE],
        ..BOTOCORE
    },
    Client {
        id: "javascript-3",
        name: "JavaScript 3",
        region: RegionRule {
            empty: EmptyVariable::Refused,
            fips_names: true,
            ..MODERN.region
        },
        empty_url: EmptyUrl::Last,
        trims_urls: true,
        variants: Booleans::LowerCase,
        sources: &[ASKED, GUIDE_STS],
        ..MODERN
    },
    Client {
        id: "javascript-2",
        name: "JavaScript 2",
        default: DefaultMode::Legacy,
        reach: LegacyReach::AllButPartitions(&["cn-", "us-gov-", "us-iso", "us-isob-", "us-isof-"]),
        setting: SettingRule::Read {
            file: FileUse::ConfigIfLoaded,
            any_case: true,
            empty: EmptyVariable::Refused,
        },
        region: RegionRule {
            variables: &["AWS_REGION", "AMAZON_REGION"],
            file: FileUse::BothIfLoaded,
            fips_names: true,
            ..MODERN.region
        },
        without_region: WithoutRegion::GlobalUnlessRegional,
        urls: UrlRule::NotRead,
        variants: Booleans::LowerCase,
        sources: &[
            ASKED,
            "aws/aws-sdk-js, lib/services/sts.js, lib/region_config_data.json, lib/node_loader.js",
        ],
        ..MODERN
    },
    Client {
        id: "java-2",
        name: "Java 2",
        ..MODERN
    },
    Client {
        id: "java-1",
        name: "Java 1",
        releases: Some("from 1.11.618"),
        default: DefaultMode::Legacy,
        setting: SETTING_IN_ANY_CASE,
        urls: UrlRule::NotRead,
        variants: Booleans::NotRead,
        sources: &[
            "aws/aws-sdk-java, securitytoken/RegionalEndpointsOptionResolver.java",
            "https://github.com/aws/aws-sdk-java/issues/2023",
            "https://github.com/aws/aws-sdk-java/issues/2362",
            GUIDE_URLS,
            GUIDE_VARIANTS,
        ],
        ..MODERN
    },
    Client {
        id: "go-2",
        name: "Go 2",
        region: RegionRule {
            variables: &["AWS_REGION", "AWS_DEFAULT_REGION"],
            ..MODERN.region
        },
        missing_profile: MissingProfile::Refused,
        sources: &[
            GUIDE_STS,
            GUIDE_URLS,
            "aws/aws-sdk-go-v2, config/env_config.go, config/shared_config.go",
        ],
        ..MODERN
    },
    Client {
        id: "go-1",
        name: "Go 1",
        default: DefaultMode::Legacy,
        setting: SettingRule::Read {
            file: FileUse::BothIfLoaded,
            any_case: true,
            empty: EmptyVariable::Unset,
        },
        region: RegionRule {
            variables_if_loaded: &["AWS_DEFAULT_REGION"],
            file: FileUse::BothIfLoaded,
            ..MODERN.region
        },
        urls: UrlRule::NotRead,
        sources: &[
            "aws/aws-sdk-go, aws/endpoints/sts_legacy_regions.go, aws/endpoints/v3model_sts_regional_test.go",
            "aws/aws-sdk-go, aws/session/env_config.go",
            GUIDE_URLS,
            GUIDE_VARIANTS,
        ],
        ..MODERN
    },
    Client {
        id: "rust",
        name: "Rust",
        region: RegionRule {
            variables: &["AWS_REGION", "AWS_DEFAULT_REGION"],
            empty: EmptyVariable::Refused,
            ..MODERN.region
        },
        empty_url: EmptyUrl::Refused,
        sources: &[ASKED, GUIDE_STS],
        ..MODERN
    },
    Client {
        id: "dotnet-4",
        name: ".NET 4",
        sources: &[
            "https://github.com/aws/aws-sdk-net/pull/3236",
            GUIDE_URLS,
            GUIDE_VARIANTS,
            GUIDE_REGION,
        ],
        ..MODERN
    },
    Client {
        id: "dotnet-3",
        name: ".NET 3",
        releases: Some("from 2025-07-31"),
        since: changed(None),
        setting: SETTING_IN_ANY_CASE,
        sources: DOTNET_3,
        ..MODERN
    },
    Client {
        id: "dotnet-3-before-2025-07",
        name: ".NET 3",
        releases: Some("before 2025-07-31"),
        default: DefaultMode::Legacy,
        setting: SETTING_IN_ANY_CASE,
        sources: DOTNET_3,
        ..MODERN
    },
    Client {
        id: "powershell",
        name: "PowerShell",
        releases: Some("from 2025-07-31"),
        since: changed(None),
        setting: SETTING_IN_ANY_CASE,
        sources: &[CHANGE, GUIDE_STS, GUIDE_URLS, GUIDE_VARIANTS],
        ..MODERN
    },
    Client {
        id: "powershell-before-2025-07",
        name: "PowerShell",
        releases: Some("before 2025-07-31"),
        default: DefaultMode::Legacy,
        setting: SETTING_IN_ANY_CASE,
        sources: &[CHANGE, GUIDE_STS, GUIDE_URLS, GUIDE_VARIANTS],
        ..MODERN
    },
    Client {
        id: "php",
        name: "PHP 3",
        releases: Some("from 3.351.12"),
        since: changed(Some("3.351.12")),
        setting: SETTING_IN_ANY_CASE,
        sources: PHP,
        ..MODERN
    },
    Client {
        id: "php-before-3.351.12",
        name: "PHP 3",
        releases: Some("before 3.351.12"),
        default: DefaultMode::Legacy,
        setting: SETTING_IN_ANY_CASE,
        sources: PHP,
        ..MODERN
    },
    Client {
        id: "ruby",
        name: "Ruby 3",
        region: RegionRule {
            variables: &["AWS_REGION", "AMAZON_REGION", "AWS_DEFAULT_REGION"],
            ..MODERN.region
        },
        sources: &[
            GUIDE_STS,
            GUIDE_URLS,
            "aws/aws-sdk-ruby, aws-sdk-core/plugins/regional_endpoint.rb",
        ],
        ..MODERN
    },
    Client {
        id: "cpp",
        name: "C++",
        releases: Some("from 2025-07-31"),
        since: changed(None),
        sources: CPP,
        ..CPP_ANY
    },
    Client {
        id: "cpp-before-2025-07",
        name: "C++",
        releases: Some("before 2025-07-31"),
        default: DefaultMode::Legacy,
        sources: CPP,
        ..CPP_ANY
    },
    Client {
        id: "kotlin",
        name: "Kotlin",
        sources: &[
            GUIDE_STS,
            GUIDE_URLS,
            GUIDE_VARIANTS,
            "https://github.com/aws/aws-sdk-kotlin/issues/219",
        ],
        ..MODERN
    },
    Client {
        id: "swift",
        name: "Swift",
        sources: &[
            GUIDE_STS,
            GUIDE_URLS,
            GUIDE_VARIANTS,
            "https://github.com/awslabs/aws-sdk-swift/issues/240",
        ],
        ..MODERN
    },
];

const DOTNET_3: &[&str] = &[
    CHANGE,
    "aws/aws-sdk-net, SecurityToken/Custom/AmazonSecurityTokenServiceConfig.cs",
    GUIDE_URLS,
    GUIDE_VARIANTS,
    GUIDE_REGION,
];

const PHP: &[&str] = &[
    "https://github.com/aws/aws-sdk-php/issues/3159",
    "aws/aws-sdk-php, src/Sts/RegionalEndpoints/ConfigurationProvider.php",
    GUIDE_URLS,
    GUIDE_VARIANTS,
    GUIDE_REGION,
];

const CPP: &[&str] = &[
    CHANGE,
    "https://github.com/aws/aws-sdk-cpp/issues/3605",
    "aws/aws-sdk-cpp, aws-cpp-sdk-core/source/client/ClientConfiguration.cpp",
    GUIDE_URLS,
    GUIDE_VARIANTS,
];

const CPP_ANY: Client = Client {
    region: RegionRule {
        variables: &["AWS_DEFAULT_REGION", "AWS_REGION"],
        ..MODERN.region
    },
    without_region: WithoutRegion::UsEast1,
    urls: UrlRule::NotRead,
    ..MODERN
};

impl Client {
    /// The client of that identifier.
    pub fn named(id: &str) -> Option<&'static Client> {
        CLIENTS.iter().find(|client| client.id == id)
    }
}
