//! The table of clients.
//!
//! What is said of Python, the AWS CLI 1, JavaScript 2 and 3 and Rust is held against the clients themselves by
//! `scripts/interop` and `tests/it`; of the others it is read from their source or their documentation, as `sources` says.

use super::facts::{
    BadSwitch, Booleans, Client, DefaultMode, EmptyUrl, EmptyVariable, FileUse, LegacyReach,
    MissingProfile, OtherValue, RegionRule, SettingRule, UrlRule, WithoutRegion,
};
use super::families::{
    ASKED, BOTOCORE, CHANGE, CPP, CPP_ANY, DOTNET, DOTNET_3, DOTNET_SWITCHES, GUIDE_REGION,
    GUIDE_STS, GUIDE_URLS, GUIDE_VARIANTS, MODERN, PHP_ANY, SETTING_IN_ANY_CASE, changed,
};

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
        bad_switch: BadSwitch::Off,
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
            other: OtherValue::Refused,
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
        bad_switch: BadSwitch::Refused,
        sources: &[
            GUIDE_STS,
            GUIDE_URLS,
            GUIDE_VARIANTS,
            GUIDE_REGION,
            "aws/aws-sdk-java-v2, utils/SystemSetting.java (safeStringToBoolean), awscore/AwsDefaultClientBuilder.java (no FIPS name of a Region in a variable)",
        ],
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
            fips_names: true,
            ..MODERN.region
        },
        bad_switch: BadSwitch::RefusedInVariable,
        missing_profile: MissingProfile::Refused,
        sources: &[
            GUIDE_STS,
            GUIDE_URLS,
            "aws/aws-sdk-go-v2, config/env_config.go, config/shared_config.go, service/sts/endpoints.go",
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
            other: OtherValue::Refused,
        },
        region: RegionRule {
            variables_if_loaded: &["AWS_DEFAULT_REGION"],
            file: FileUse::BothIfLoaded,
            fips_names: true,
            ..MODERN.region
        },
        urls: UrlRule::NotRead,
        bad_switch: BadSwitch::RefusedInVariable,
        sources: &[
            "aws/aws-sdk-go, aws/endpoints/sts_legacy_regions.go, aws/endpoints/v3model_sts_regional_test.go",
            "aws/aws-sdk-go, aws/session/env_config.go, aws/session/session.go (normalizeRegion)",
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
        bad_switch: BadSwitch::Off,
        sources: &[ASKED, GUIDE_STS],
        ..MODERN
    },
    Client {
        id: "dotnet-4",
        name: ".NET 4",
        sources: &[
            "https://github.com/aws/aws-sdk-net/pull/3236",
            DOTNET_SWITCHES,
            GUIDE_URLS,
            GUIDE_VARIANTS,
            GUIDE_REGION,
        ],
        ..DOTNET
    },
    Client {
        id: "dotnet-3",
        name: ".NET 3",
        releases: Some("from 2025-07-31"),
        since: changed(None),
        setting: SETTING_IN_ANY_CASE,
        sources: DOTNET_3,
        ..DOTNET
    },
    Client {
        id: "dotnet-3-before-2025-07",
        name: ".NET 3",
        releases: Some("before 2025-07-31"),
        default: DefaultMode::Legacy,
        setting: SETTING_IN_ANY_CASE,
        sources: DOTNET_3,
        ..DOTNET
    },
    Client {
        id: "powershell",
        name: "PowerShell",
        releases: Some("from 2025-07-31"),
        since: changed(None),
        setting: SETTING_IN_ANY_CASE,
        sources: &[
            CHANGE,
            GUIDE_STS,
            DOTNET_SWITCHES,
            GUIDE_URLS,
            GUIDE_VARIANTS,
        ],
        ..DOTNET
    },
    Client {
        id: "powershell-before-2025-07",
        name: "PowerShell",
        releases: Some("before 2025-07-31"),
        default: DefaultMode::Legacy,
        setting: SETTING_IN_ANY_CASE,
        sources: &[
            CHANGE,
            GUIDE_STS,
            DOTNET_SWITCHES,
            GUIDE_URLS,
            GUIDE_VARIANTS,
        ],
        ..DOTNET
    },
    Client {
        id: "php",
        name: "PHP 3",
        releases: Some("from 3.351.12"),
        since: changed(Some("3.351.12")),
        ..PHP_ANY
    },
    Client {
        id: "php-before-3.351.12",
        name: "PHP 3",
        releases: Some("before 3.351.12"),
        default: DefaultMode::Legacy,
        ..PHP_ANY
    },
    Client {
        id: "ruby",
        name: "Ruby 3",
        region: RegionRule {
            variables: &["AWS_REGION", "AMAZON_REGION", "AWS_DEFAULT_REGION"],
            fips_names: true,
            ..MODERN.region
        },
        setting: SettingRule::Read {
            file: FileUse::Always,
            any_case: false,
            empty: EmptyVariable::Unset,
            other: OtherValue::Default,
        },
        variants: Booleans::LowerCase,
        bad_switch: BadSwitch::Off,
        sources: &[
            GUIDE_STS,
            GUIDE_URLS,
            "aws/aws-sdk-ruby, aws-sdk-core/plugins/regional_endpoint.rb, aws-sdk-core/util.rb",
            "aws/aws-sdk-ruby, aws-sdk-sts/plugins/sts_regional_endpoints.rb, aws-sdk-sts/endpoint_parameters.rb",
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
        bad_switch: BadSwitch::Off,
        sources: &[
            GUIDE_STS,
            GUIDE_URLS,
            GUIDE_VARIANTS,
            "https://github.com/aws/aws-sdk-kotlin/issues/219",
            "smithy-lang/smithy-kotlin, runtime-core/config/EnvironmentSetting.kt (String::toBoolean)",
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

impl Client {
    /// The client of that identifier.
    pub fn named(id: &str) -> Option<&'static Client> {
        CLIENTS.iter().find(|client| client.id == id)
    }
}
