//! A client's way of reading single settings: which profile, which file, which variable comes first.

use super::called::{Refusal, SettingPlace};
use super::environment::{ClientEnvironment, ClientProfile};
use super::facts::{
    BadSwitch, Booleans, Client, EmptyUrl, EmptyVariable, FileUse, MissingProfile, OtherValue,
    SettingRule, UrlRule, WithoutRegion,
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
        let mut named = client.region.profile_variables.iter();
        let named = named.find_map(|name| match client.missing_profile {
            MissingProfile::RefusedAlsoEmpty => environment.variable(name),
            MissingProfile::Refused | MissingProfile::Ignored => environment.filled(name),
        });
        let profile_name = named.unwrap_or("default");
        let profile = environment.profiles.get(profile_name);
        let is_ignored = client.missing_profile == MissingProfile::Ignored;
        if named.is_some() && profile.is_none() && !is_ignored {
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
                (Some(""), EmptyVariable::Refused) => return Err(no_label("")),
                (Some(region), _) => return Ok(Some(region)),
            }
        }
        match (self.file_setting("region", rule.file), rule.empty) {
            (Some(""), EmptyVariable::Unset) => Ok(None),
            (Some(""), EmptyVariable::Refused) => Err(no_label("")),
            (found, _) => Ok(found),
        }
    }

    /// What the setting says, and where; `None` where nothing does, or the client does not read it.
    pub(super) fn mode(&self) -> Result<Option<(Mode, SettingPlace)>, Refusal> {
        let SettingRule::Read {
            file,
            any_case,
            empty,
            other,
        } = self.client.setting
        else {
            return Ok(None);
        };
        let variable = "AWS_STS_REGIONAL_ENDPOINTS";
        let found = match (self.environment.variable(variable), empty) {
            (Some(""), EmptyVariable::Unset) | (None, _) => self
                .file_setting("sts_regional_endpoints", file)
                .filter(|value| !value.is_empty())
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
        } else if other == OtherValue::Default {
            Ok(None)
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
    ) -> Result<Option<SettingPlace>, Refusal> {
        let on = |value: &str| match self.client.variants {
            Booleans::NotRead => None,
            Booleans::LowerCase => value.parse().ok(),
            Booleans::AnyCase => value.to_ascii_lowercase().parse().ok(),
            Booleans::AnyCaseAndOnOff => on_or_off(value),
        };
        if self.client.variants == Booleans::NotRead {
            return Ok(None);
        }
        self.switch(variable, setting, on)
    }

    /// Where a switch is on whose values are read so.
    fn switch(
        &self,
        variable: &'static str,
        setting: &'static str,
        is_on: impl Fn(&str) -> Option<bool>,
    ) -> Result<Option<SettingPlace>, Refusal> {
        let of_variable = self.environment.filled(variable);
        let of_variable = of_variable.map(|it| (it, SettingPlace::Variable(variable)));
        let of_file = self.file_setting(setting, FileUse::Always);
        let of_file = of_file.map(|it| (it, self.in_profile(setting)));
        for (value, place) in [of_variable, of_file].into_iter().flatten() {
            let is_refused = match self.client.bad_switch {
                BadSwitch::Skipped | BadSwitch::Off => false,
                BadSwitch::Refused => true,
                BadSwitch::RefusedInVariable => matches!(place, SettingPlace::Variable(_)),
            };
            match is_on(value) {
                Some(is_on) => return Ok(is_on.then_some(place)),
                None if is_refused => {
                    let value = value.to_owned();
                    return Err(Refusal::BadSwitch { place, value });
                }
                None if self.client.bad_switch == BadSwitch::Skipped => {}
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The URL that is configured, and where.
    pub(super) fn url(&self) -> Result<Option<(&'a str, SettingPlace)>, Refusal> {
        if self.client.urls == UrlRule::NotRead || self.ignores_urls()? {
            return Ok(None);
        }
        let Some((url, place)) = self.configured_url()? else {
            return Ok(None);
        };
        let url = if self.client.trims_urls {
            url.trim()
        } else {
            url
        };
        let has_scheme = ["http://", "https://"].iter().any(|scheme| {
            let start = url.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        });
        if !has_scheme || url.contains(char::is_whitespace) {
            return Err(Refusal::BadUrl { place });
        }
        Ok(Some((url, place)))
    }

    fn configured_url(&self) -> Result<Option<(&'a str, SettingPlace)>, Refusal> {
        for name in ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"] {
            if let Some(url) = self.environment.filled(name) {
                return Ok(Some((url, SettingPlace::Variable(name))));
            }
        }
        let profile = self.profile_name.to_owned();
        let missing = self.profile.and_then(|it| it.services_missing.clone());
        if let (Some(services), UrlRule::Read) = (missing, self.client.urls) {
            return Err(Refusal::NoServices { profile, services });
        }
        let of_services = self.profile.and_then(|it| it.services_url.as_deref());
        let of_services = of_services.map(|url| (url, SettingPlace::Services { profile }));
        let of_profile = self.file_setting("endpoint_url", FileUse::Always);
        let of_profile = of_profile.map(|url| (url, self.in_profile("endpoint_url")));
        for (url, place) in [of_services, of_profile].into_iter().flatten() {
            match (url, self.client.empty_url) {
                ("", EmptyUrl::Skipped) => {}
                ("", EmptyUrl::Last) => return Ok(None),
                ("", EmptyUrl::Refused) => return Err(Refusal::BadUrl { place }),
                (url, _) => return Ok(Some((url, place))),
            }
        }
        Ok(None)
    }

    fn ignores_urls(&self) -> Result<bool, Refusal> {
        let on = |value: &str| match self.client.variants {
            // Other texts are true to it.
            Booleans::AnyCaseAndOnOff => Some(on_or_off(value).unwrap_or(true)),
            _ => value.to_ascii_lowercase().parse().ok(),
        };
        let (variable, setting) = (
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "ignore_configured_endpoint_urls",
        );
        Ok(self.switch(variable, setting, on)?.is_some())
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

/// Whether a value is on or off for a client that reads more than `true` and `false`.
fn on_or_off(value: &str) -> Option<bool> {
    match &*value.to_ascii_lowercase() {
        "true" | "on" | "1" => Some(true),
        "false" | "off" | "0" => Some(false),
        _ => None,
    }
}

/// A Region that is no host label.
pub(super) fn no_label(region: &str) -> Refusal {
    Refusal::BadRegion {
        region: region.to_owned(),
    }
}
