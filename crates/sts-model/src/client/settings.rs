//! A client's way of reading single settings: which profile, which file, which variable comes first.

use super::called::{Refusal, SettingPlace};
use super::environment::{ClientEnvironment, ClientProfile};
use super::facts::{
    Booleans, Client, EmptyVariable, FileUse, MissingProfile, SettingRule, WithoutRegion,
};

/// The value of the setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Regional,
    Legacy,
}

/// What a client reads in one environment.
pub(super) struct Settings<'a> {
    client: &'a Client,
    environment: &'a ClientEnvironment,
    profile_name: &'a str,
    profile: Option<&'a ClientProfile>,
}

impl<'a> Settings<'a> {
    pub(super) fn of(
        client: &'a Client,
        environment: &'a ClientEnvironment,
    ) -> Result<Self, Refusal> {
        let named = client
            .region
            .profile_variables
            .iter()
            .find_map(|name| environment.filled(name));
        let profile_name = named.unwrap_or("default");
        let profile = environment.profiles.get(profile_name);
        if named.is_some() && profile.is_none() && client.missing_profile == MissingProfile::Refused
        {
            return Err(Refusal::NoProfile {
                profile: profile_name.to_owned(),
            });
        }
        Ok(Self {
            client,
            environment,
            profile_name,
            profile,
        })
    }

    /// The Region, or none.
    pub(super) fn region(&self) -> Result<Option<&'a str>, Refusal> {
        let rule = self.client.region;
        let later = if self.is_loaded() {
            rule.variables_if_loaded
        } else {
            &[]
        };
        for name in rule.variables.iter().chain(later) {
            match (self.environment.variable(name), rule.empty) {
                (Some(""), EmptyVariable::Unset) | (None, _) => {}
                (Some(""), EmptyVariable::Refused) => {
                    return Err(Refusal::BadRegion {
                        region: String::new(),
                    });
                }
                (Some(region), _) => return Ok(Some(region)),
            }
        }
        Ok(self.file_setting("region", rule.file))
    }

    /// What the setting says, and where; `None` where nothing does, or the client does not read it.
    pub(super) fn mode(&self) -> Result<Option<(Mode, SettingPlace)>, Refusal> {
        let SettingRule::Read {
            file,
            any_case,
            empty,
        } = self.client.setting
        else {
            return Ok(None);
        };
        let variable = "AWS_STS_REGIONAL_ENDPOINTS";
        let found = match (self.environment.variable(variable), empty) {
            (Some(""), EmptyVariable::Unset) | (None, _) => self
                .file_setting("sts_regional_endpoints", file)
                .map(|value| (value, self.in_profile("sts_regional_endpoints"))),
            (Some(value), _) => Some((value, SettingPlace::Variable(variable))),
        };
        let Some((value, place)) = found else {
            return Ok(None);
        };
        let is = |word: &str| {
            if any_case {
                value.eq_ignore_ascii_case(word)
            } else {
                value == word
            }
        };
        if is("regional") {
            Ok(Some((Mode::Regional, place)))
        } else if is("legacy") {
            Ok(Some((Mode::Legacy, place)))
        } else {
            Err(Refusal::BadSetting {
                place,
                value: value.to_owned(),
            })
        }
    }

    /// Where a switch is on.
    pub(super) fn switched_on(
        &self,
        variable: &'static str,
        setting: &'static str,
    ) -> Option<SettingPlace> {
        let read = |value: &str| match self.client.variants {
            Booleans::NotRead => None,
            Booleans::LowerCase => value.parse().ok(),
            Booleans::AnyCase => value.to_ascii_lowercase().parse::<bool>().ok(),
        };
        if let Some(is_on) = self.environment.filled(variable).and_then(read) {
            return is_on.then_some(SettingPlace::Variable(variable));
        }
        let is_on = self.file_setting(setting, FileUse::Always).and_then(read)?;
        is_on.then(|| self.in_profile(setting))
    }

    /// The URL that is configured, and where.
    pub(super) fn url(&self) -> Option<(&'a str, SettingPlace)> {
        if self.ignores_urls() {
            return None;
        }
        for name in ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"] {
            if let Some(url) = self.environment.filled(name) {
                return Some((url, SettingPlace::Variable(name)));
            }
        }
        if let Some(url) = self.profile.and_then(|it| it.services_url.as_deref()) {
            let profile = self.profile_name.to_owned();
            return Some((url, SettingPlace::Services { profile }));
        }
        let url = self.file_setting("endpoint_url", FileUse::Always)?;
        Some((url, self.in_profile("endpoint_url")))
    }

    fn ignores_urls(&self) -> bool {
        let is_true = |value: &str| value.eq_ignore_ascii_case("true");
        match self
            .environment
            .filled("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        {
            Some(value) => is_true(value),
            None => self
                .file_setting("ignore_configured_endpoint_urls", FileUse::Always)
                .is_some_and(is_true),
        }
    }

    /// Whether a client without a Region refuses this setting.
    pub(super) fn refuses_no_region(&self, mode: Option<Mode>) -> bool {
        match self.client.without_region {
            WithoutRegion::Refused => true,
            WithoutRegion::GlobalUnlessRegional => mode == Some(Mode::Regional),
            WithoutRegion::Global | WithoutRegion::UsEast1 => false,
        }
    }

    fn in_profile(&self, setting: &'static str) -> SettingPlace {
        SettingPlace::Profile {
            profile: self.profile_name.to_owned(),
            setting,
        }
    }

    fn file_setting(&self, name: &str, file: FileUse) -> Option<&'a str> {
        let profile = self.profile?;
        let (credentials, config) = match file {
            FileUse::Always => (true, true),
            FileUse::ConfigIfLoaded => (true, self.is_loaded()),
            FileUse::BothIfLoaded => (self.is_loaded(), self.is_loaded()),
            FileUse::Never => (false, false),
        };
        let of = |is_read: bool, part: &'a std::collections::BTreeMap<String, String>| {
            is_read.then(|| part.get(name)).flatten()
        };
        of(credentials, &profile.credentials)
            .or_else(|| of(config, &profile.config))
            .map(String::as_str)
    }

    fn is_loaded(&self) -> bool {
        self.environment
            .filled("AWS_SDK_LOAD_CONFIG")
            .is_some_and(|value| !matches!(value, "0" | "false"))
    }
}
