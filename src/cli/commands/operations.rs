//! `stsbench operations`: what each operation of STS needs and costs, as a table, JSON or CSV.

use comfy_table::Table;
use serde::Serialize;

use sts_model::{Operation, Parameter, Permission, Presence, Secrecy};

use crate::cli::command_error::{CommandError, OrExit};
use crate::cli::console::charset::displayable;
use crate::cli::console::stdout::print;
use crate::cli::exit_code::Exit;
use crate::cli::options::output::ListFormat;
use crate::cli::options::values::operation;

/// `stsbench operations`.
#[derive(Debug, clap::Args)]
pub(crate) struct OperationsOptions {
    /// Which operations, as a comma list of AWS CLI names; without it all
    #[arg(value_name = "LIST", value_delimiter = ',', value_parser = operation)]
    operations: Vec<Operation>,
    /// How they are listed; csv has one line for each parameter
    #[arg(long, short, value_enum, default_value_t = ListFormat::Table)]
    format: ListFormat,
}

/// An operation as it is listed.
#[derive(Debug, Serialize)]
struct Listed {
    operation: &'static str,
    purpose: &'static str,
    signed: bool,
    temporary_credentials: bool,
    long_term_credentials: bool,
    global_endpoint: bool,
    permission: Option<String>,
    permission_from: &'static str,
    quota: &'static str,
    cloudtrail_event: &'static str,
    cloudtrail_access: &'static str,
    returns: &'static str,
    seconds_by_default: Option<u32>,
    least_seconds: Option<u32>,
    most_seconds: Option<u32>,
    parameters: Vec<ListedParameter>,
}

/// A parameter as it is listed.
#[derive(Debug, Serialize)]
struct ListedParameter {
    parameter: &'static str,
    api_name: &'static str,
    required: bool,
    secret: bool,
    allowed: String,
    unless_given: Option<&'static str>,
}

/// A line of CSV.
#[derive(Debug, Serialize)]
struct Line<'a> {
    operation: &'a str,
    signed: bool,
    temporary_credentials: bool,
    long_term_credentials: bool,
    global_endpoint: bool,
    permission: Option<&'a str>,
    permission_from: &'a str,
    quota: &'a str,
    cloudtrail_event: &'a str,
    cloudtrail_access: &'a str,
    returns: &'a str,
    seconds_by_default: Option<u32>,
    least_seconds: Option<u32>,
    most_seconds: Option<u32>,
    parameter: Option<&'a str>,
    api_name: Option<&'a str>,
    required: Option<bool>,
    secret: Option<bool>,
    allowed: Option<&'a str>,
    unless_given: Option<&'a str>,
}

pub(crate) fn list(options: &OperationsOptions) -> Result<Exit, CommandError> {
    let operations = match options.operations.as_slice() {
        [] => &Operation::ALL,
        chosen => chosen,
    };
    let listed: Vec<_> = operations.iter().copied().map(describe).collect();
    let text = match options.format {
        ListFormat::Table => table(&listed),
        ListFormat::Json => serde_json::to_vec_pretty(&listed).or_exit(Exit::Unexpected)?,
        ListFormat::Csv => csv_of(&listed).or_exit(Exit::Unexpected)?,
    };
    print(&text)
}

fn describe(operation: Operation) -> Listed {
    let facts = operation.facts();
    let seconds = operation.duration_seconds();
    Listed {
        operation: facts.cli_name,
        purpose: facts.purpose,
        signed: operation.is_signed(),
        temporary_credentials: operation.accepts_temporary_credentials(),
        long_term_credentials: operation.accepts_long_term_credentials(),
        global_endpoint: operation.is_global(),
        permission: (facts.permission != Permission::Nothing)
            .then(|| format!("sts:{}", facts.api_name)),
        permission_from: facts.permission.as_str(),
        quota: facts.quota.as_str(),
        cloudtrail_event: facts.api_name,
        cloudtrail_access: facts.audit.as_str(),
        returns: facts.returns.as_str(),
        seconds_by_default: facts.default_seconds,
        least_seconds: seconds.as_ref().map(|seconds| *seconds.start()),
        most_seconds: seconds.as_ref().map(|seconds| *seconds.end()),
        parameters: facts.parameters.iter().map(describe_parameter).collect(),
    }
}

fn describe_parameter(parameter: &'static Parameter) -> ListedParameter {
    ListedParameter {
        parameter: parameter.cli_name,
        api_name: parameter.api_name,
        required: parameter.presence == Presence::Required,
        secret: parameter.secrecy == Secrecy::Secret,
        allowed: parameter.allowed(),
        unless_given: parameter.default,
    }
}

fn table(listed: &[Listed]) -> Vec<u8> {
    let mut operations = plain_table();
    operations.set_header([
        "OPERATION",
        "SIGNED",
        "ALLOWED BY",
        "QUOTA",
        "CLOUDTRAIL EVENT",
        "SECONDS",
        "WHERE",
        "RETURNS",
    ]);
    let mut parameters = plain_table();
    parameters.set_header(["PARAMETER", "NEEDED", "UNLESS GIVEN", "ALLOWED"]);
    for l in listed {
        let seconds = match (l.seconds_by_default, l.least_seconds.zip(l.most_seconds)) {
            (Some(default), Some((least, most))) => format!("{default} ({least}-{most})"),
            (None, Some((least, most))) => format!("({least}-{most})"),
            _ => String::new(),
        };
        let place = if l.global_endpoint {
            "everywhere"
        } else {
            "not global"
        };
        let event = format!("{} ({})", l.cloudtrail_event, l.cloudtrail_access);
        operations.add_row([
            l.operation,
            signed(l),
            l.permission_from,
            l.quota,
            &event,
            &seconds,
            place,
            l.returns,
        ]);
        for p in &l.parameters {
            let name = format!("{}.{}", l.operation, p.parameter);
            let needed = if p.required { "yes" } else { "" };
            let allowed = format!(
                "{}{}",
                p.allowed,
                if p.secret {
                    "; secret: file:PATH or env:NAME"
                } else {
                    ""
                }
            );
            parameters.add_row([&name, needed, p.unless_given.unwrap_or_default(), &allowed]);
        }
    }
    let text = format!(
        "{}\n\n{}\n\n{LEGEND}\n",
        trimmed(&operations),
        trimmed(&parameters)
    );
    displayable(text).into_bytes()
}

/// Which credentials sign the operation.
fn signed(listed: &Listed) -> &'static str {
    let (long_term, temporary) = (listed.long_term_credentials, listed.temporary_credentials);
    match (listed.signed, long_term, temporary) {
        (false, ..) => "no",
        (true, true, true) => "any credentials",
        (true, true, false) => "long-term only",
        (true, false, _) => "temporary only",
    }
}

fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table
}

fn trimmed(table: &Table) -> String {
    table
        .to_string()
        .lines()
        .map(str::trim_end)
        .collect::<Vec<_>>()
        .join("\n")
}

fn csv_of(listed: &[Listed]) -> Result<Vec<u8>, anyhow::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for l in listed {
        let parameters = l
            .parameters
            .iter()
            .map(Some)
            .chain(l.parameters.is_empty().then_some(None));
        for p in parameters {
            writer.serialize(Line {
                operation: l.operation,
                signed: l.signed,
                temporary_credentials: l.temporary_credentials,
                long_term_credentials: l.long_term_credentials,
                global_endpoint: l.global_endpoint,
                permission: l.permission.as_deref(),
                permission_from: l.permission_from,
                quota: l.quota,
                cloudtrail_event: l.cloudtrail_event,
                cloudtrail_access: l.cloudtrail_access,
                returns: l.returns,
                seconds_by_default: l.seconds_by_default,
                least_seconds: l.least_seconds,
                most_seconds: l.most_seconds,
                parameter: p.map(|p| p.parameter),
                api_name: p.map(|p| p.api_name),
                required: p.map(|p| p.required),
                secret: p.map(|p| p.secret),
                allowed: p.map(|p| p.allowed.as_str()),
                unless_given: p.and_then(|p| p.unless_given),
            })?;
        }
    }
    Ok(writer.into_inner()?)
}

const LEGEND: &str = "\
ALLOWED BY: whose policies must allow sts:<event>; `none` needs no permission and cannot be denied it.
QUOTA: the shared one is an account's 600 requests/s in a Region; AWS lists none for the others.
CLOUDTRAIL EVENT: one for each call; whether it counts as read or write, where a published record says so.
SECONDS: how long what it issues lives unless told otherwise (and what can be asked for). stsbench asks for the least,
900 of AssumeRoot and 60 of GetScopedCredentials; UNLESS GIVEN is what stsbench sends.";
