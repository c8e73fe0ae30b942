//! The lines to paste.

use std::borrow::Cow;

use crate::advice::CallersProfile;

/// Lines for one place.
pub(crate) struct Snippet {
    /// The place, in a word for programs.
    pub(crate) place: &'static str,
    /// The place for people.
    pub(crate) title: Cow<'static, str>,
    /// The language, for a Markdown fence.
    pub(crate) language: &'static str,
    /// The lines.
    pub(crate) text: String,
}

/// The lines that make clients call the endpoint of `region`: environment, the callers' profile, Terraform, EKS.
pub(crate) fn snippets(region: &str, callers: &CallersProfile) -> [Snippet; 4] {
    [
        Snippet {
            place: "environment",
            title: "Environment".into(),
            language: "sh",
            text: format!(
                "export AWS_REGION={region} AWS_DEFAULT_REGION={region}\n\
                 export AWS_STS_REGIONAL_ENDPOINTS=regional\n"
            ),
        },
        Snippet {
            place: "config",
            title: callers.file.clone().into(),
            language: "ini",
            text: format!(
                "[{}]\nregion = {region}\nsts_regional_endpoints = regional\n",
                heading(&callers.profile)
            ),
        },
        Snippet {
            place: "terraform",
            title: "Terraform provider".into(),
            language: "hcl",
            text: format!(
                "provider \"aws\" {{\n  region     = \"{region}\"\n  sts_region = \"{region}\"\n}}\n"
            ),
        },
        Snippet {
            place: "eks",
            title: "EKS service account".into(),
            language: "yaml",
            text: "metadata:\n  annotations:\n    eks.amazonaws.com/sts-regional-endpoints: \"true\"\n"
                .to_owned(),
        },
    ]
}

/// The section of a profile, as the AWS CLI writes it.
fn heading(profile: &str) -> String {
    match profile {
        "default" => profile.to_owned(),
        plain if !plain.contains(char::is_whitespace) => format!("profile {plain}"),
        blank => format!("profile \"{blank}\""),
    }
}
