//! Which endpoint a client calls, and why.

use sts_model::{Because, Called, Client, Refusal, Scope, SettingPlace};

/// A client with its releases: `Python (boto3, botocore) before 1.40.0`.
pub(crate) fn client(client: &Client) -> String {
    match client.releases {
        Some(releases) => format!("{} {releases}", client.name),
        None => client.name.to_owned(),
    }
}

/// What is called, or that nothing is.
pub(crate) fn called(called: &Called) -> String {
    match called {
        Called::Endpoint {
            url,
            scope: Scope::Global,
            ..
        } => format!("{url} (global)"),
        Called::Endpoint { url, .. } => url.clone(),
        Called::Refused { .. } => "no call".to_owned(),
    }
}

/// The reason for it.
pub(crate) fn why(called: &Called) -> String {
    match called {
        Called::Endpoint { because, .. } => reason(because),
        Called::Refused { refused } => refusal(refused),
    }
}

fn reason(because: &Because) -> String {
    match because {
        Because::Url { place: at } => format!("{} is set", place(at)),
        Because::Variant { place: at } => format!("{} is on", place(at)),
        Because::FipsRegion { region } => format!("the Region is named {region}"),
        Because::AwsGlobal => "the Region aws-global names the global endpoint".to_owned(),
        Because::NoRegion => "no Region is set, and these take one".to_owned(),
        Because::SetRegional { place: at } => format!("{} says regional", place(at)),
        Because::SetLegacy { place: at } => format!("{} says legacy", place(at)),
        Because::DefaultLegacy => "legacy is their default".to_owned(),
        Because::DefaultRegional => "the Region's endpoint is their default".to_owned(),
        Because::BeyondLegacy => "legacy means the Region's own endpoint in this Region".to_owned(),
        Because::NoGlobalEndpoint => "this partition has no global endpoint".to_owned(),
    }
}

fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::NoRegion => "no Region is set where these look".to_owned(),
        Refusal::BadRegion { region } => format!("the Region {region:?} is not a host name"),
        Refusal::BadSetting { place: at, value } => {
            format!("{} is {value:?}; allowed: legacy, regional", place(at))
        }
        Refusal::BadSwitch { place: at, value } => {
            format!("{} is {value:?}; allowed: true, false", place(at))
        }
        Refusal::NoProfile { profile } => format!("the profile {profile} is in no file"),
        Refusal::NoServices { profile, services } => {
            format!("the services section {services} of profile {profile} is in no file")
        }
        Refusal::BadUrl { place: at } => {
            format!(
                "{} is no URL: it begins with http:// or https:// and has no blank",
                place(at)
            )
        }
        Refusal::VariantBesideUrl { place: at } => {
            format!("FIPS or dual stack is on beside {}", place(at))
        }
    }
}

/// What one client does, or several do.
pub(super) fn verb(clients: usize, verb: &str) -> String {
    let ending = if clients == 1 { "s" } else { "" };
    format!("{verb}{ending}")
}

/// Where a setting is made.
pub(super) fn place(place: &SettingPlace) -> String {
    match place {
        SettingPlace::Variable(name) => (*name).to_owned(),
        SettingPlace::Profile { profile, setting } => format!("{setting} of profile {profile}"),
        SettingPlace::Services { profile } => {
            format!("the services section of profile {profile}")
        }
    }
}
