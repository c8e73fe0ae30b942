//! The fixed words of a picture. `{}` stands for what is filled in.

/// The fixed words of a picture in one language.
pub(crate) struct ChartWords {
    /// A call that opens a connection.
    pub new_connection: &'static str,
    /// A call over a connection that is kept open.
    pub kept_open: &'static str,
    /// A call that resumes TLS on a new connection.
    pub resumed: &'static str,
    /// Heading of what a column compares with.
    pub versus_global: &'static str,
    /// Who answered: a Region.
    pub served_by: &'static str,
    /// A ratio.
    pub faster: &'static str,
    /// A ratio.
    pub slower: &'static str,
    /// Two endpoints that take as long.
    pub same: &'static str,
    /// What is meant by that.
    pub same_means: &'static str,
    /// The mark of a ratio that may be too small to matter, and what it means.
    pub unproven_means: &'static str,
    /// A difference that is not decided.
    pub unclear: &'static str,
    /// What a check forbids.
    pub forbidden: &'static str,
    /// Instead of a time.
    pub most_failed: &'static str,
    /// Instead of a time.
    pub too_few: &'static str,
    /// Instead of a time.
    pub no_data: &'static str,
    /// What is shown: operation and percentile.
    pub time_per_call: &'static str,
    /// The 50th percentile.
    pub median: &'static str,
    /// Of a logarithmic axis.
    pub log_scale: &'static str,
    /// Of times.
    pub lower_is_better: &'static str,
    /// How sure: a confidence.
    pub whiskers: &'static str,
    /// How sure: a confidence.
    pub bars: &'static str,
    /// Endpoints whose order is not decided.
    pub tied: &'static str,
    /// The limit of a gate.
    pub gate_limit: &'static str,
    /// The endpoint that others are compared with.
    pub global_endpoint: &'static str,
    /// What grey means.
    pub check_forbids: &'static str,
    /// How many endpoints are folded, and their times.
    pub not_shown: &'static str,
    /// One endpoint is folded, and its time.
    pub one_not_shown: &'static str,
    /// The badge of a simulated run.
    pub simulated: &'static str,
    /// The badge of a run against this machine.
    pub not_aws: &'static str,
    /// From where a simulated fleet was seen.
    pub seen_from: &'static str,
    /// From where was measured.
    pub from: &'static str,
    /// Failed calls of all.
    pub calls_failed: &'static str,
    /// In the footer.
    pub simulated_note: &'static str,
    /// In the footer.
    pub not_aws_note: &'static str,
    /// In the footer.
    pub interrupted: &'static str,
    /// In the footer.
    pub recovered: &'static str,
    /// In the footer.
    pub invalid_checks: &'static str,
    /// In the footer.
    pub warnings: &'static str,
    /// In the footer.
    pub one_warning: &'static str,
    /// In the footer.
    pub see_report: &'static str,
    /// Why the numbers must not be used.
    pub do_not_use: &'static str,
    /// The same where a check forbids a part of them.
    pub do_not_use_grey: &'static str,
    /// A note, and how many more endpoints have no time.
    pub untimed: &'static str,
    /// Title without a finding.
    pub endpoints_title: &'static str,
    /// Title without a global endpoint.
    pub regional_title: &'static str,
    /// Title with only a global endpoint.
    pub global_title: &'static str,
    /// Title: an endpoint and a ratio.
    pub finding: &'static str,
    /// A question.
    pub percentiles_title: &'static str,
    /// What is shown: operation.
    pub by_percentile: &'static str,
    /// How many endpoints are shown, and of how many.
    pub of_endpoints: &'static str,
    /// The same, and which: one of the rules.
    pub some_endpoints: &'static str,
    /// Which endpoints: how many fastest.
    pub rule_with_global: &'static str,
    /// Which endpoints: how many fastest.
    pub rule: &'static str,
    /// What dashes mean.
    pub dashed: &'static str,
    /// Label of an axis.
    pub percent_faster: &'static str,
    /// A question.
    pub phases_title: &'static str,
    /// What is shown: operation.
    pub by_phase: &'static str,
    /// Of which calls the phases are where some failed.
    pub answered_phases: &'static str,
    /// Heading of a column.
    pub total: &'static str,
    /// A phase.
    pub dns: &'static str,
    /// A phase.
    pub connect: &'static str,
    /// A phase.
    pub tls: &'static str,
    /// A phase.
    pub send: &'static str,
    /// A phase.
    pub wait: &'static str,
    /// A phase.
    pub receive: &'static str,
    /// A question.
    pub timeline_title: &'static str,
    /// What is shown: operation.
    pub single_calls: &'static str,
    /// Of axes.
    pub own_scale: &'static str,
    /// Thinned calls.
    pub one_in: &'static str,
    /// A dot.
    pub call: &'static str,
    /// A line with its band: a confidence.
    pub median_band: &'static str,
    /// A cross.
    pub failed_call: &'static str,
    /// A cross.
    pub failed_or_redialled: &'static str,
    /// Beyond the axis: how many, up to which time.
    pub slower_calls: &'static str,
    /// Throttled calls.
    pub throttled: &'static str,
    /// Failed calls.
    pub failed_count: &'static str,
    /// What the shading means.
    pub blocks: &'static str,
    /// What the line means.
    pub windows: &'static str,
}
