//! The lines to paste.

/// Lines for one place.
pub(crate) struct Snippet {
    /// The place, in a word for programs.
    pub(crate) place: &'static str,
    /// The place for people.
    pub(crate) title: &'static str,
    /// The language, for a Markdown fence.
    pub(crate) language: &'static str,
    /// The lines.
    pub(crate) text: String,
}

/// The lines that make clients call the endpoint of `region`: environment, `~/.aws/config`, Terraform, EKS.
pub(crate) fn snippets(region: &str) -> [Snippet; 4] {
    [
        Snippet {
            place: "environment",
            title: "Environment",
            language: "sh",
            text: format!(
                "export AWS_REGION={region} AWS_DEFAULT_REGION={region}\n\
                 export AWS_STS_REGIONAL_ENDPOINTS=regional\n"
            ),
        },
        Snippet {
            place: "config",
            title: "~/.aws/config",
            language: "ini",
            text: format!(
                "[default]\nregion = {region}\nsts_regional_endpoints = regional\n"
            ),
        },
        Snippet {
            place: "terraform",
            title: "Terraform provider",
            language: "hcl",
            text: format!(
                "provider \"aws\" {{\n  region     = \"{region}\"\n  sts_region = \"{region}\"\n}}\n"
            ),
        },
        Snippet {
            place: "eks",
            title: "EKS service account",
            language: "yaml",
            text: "metadata:\n  annotations:\n    eks.amazonaws.com/sts-regional-endpoints: \"true\"\n"
                .to_owned(),
        },
    ]
}
