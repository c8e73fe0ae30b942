//! Reading the parameters of a query-protocol call, and STS's complaints about them.
//!
//! The first of several values counts, unknown names are ignored, and lengths count Unicode scalar values.

use std::collections::BTreeMap;

use sts_model::FaultCode;

use crate::service::answer::FaultReply;
use crate::service::signature::canonical_request::query_text;

/// Parameters by name, as they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads an `application/x-www-form-urlencoded` form or query string; bytes that are not UTF-8 become U+FFFD.
    pub(crate) fn parse(form: &[u8]) -> Self {
        let form = String::from_utf8_lossy(form);
        let pairs = form.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (query_text(name), query_text(value))
        });
        Self(pairs.collect())
    }

    /// These, and then `others`.
    pub(crate) fn followed_by(mut self, others: Self) -> Self {
        self.0.extend(others.0);
        self
    }

    /// No parameters at all.
    pub(crate) fn none() -> &'static Self {
        const NONE: &Parameters = &Parameters(Vec::new());
        NONE
    }

    /// The first value of `name`.
    pub(crate) fn first(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every name and value, as they came.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The members of the list `name`, in the order of their numbers: `Name.member.2.Key` is the field `Key` of the second.
    pub(crate) fn members(&self, name: &str) -> Vec<Member<'_>> {
        let mut members: BTreeMap<u32, Member<'_>> = BTreeMap::new();
        for (found, value) in &self.0 {
            let Some(rest) = found
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix(".member."))
            else {
                continue;
            };
            let (number, field) = rest.split_once('.').unwrap_or((rest, ""));
            if let Ok(number) = number.parse() {
                members.entry(number).or_default().0.push((field, value));
            }
        }
        members.into_values().collect()
    }

    /// A signed 32-bit number as STS reads it: `+900` and `0900` are numbers, `900.0` and the empty string are not.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i32>, FaultReply> {
        let Some(text) = self.first(name) else {
            return Ok(None);
        };
        let message = text
            .is_empty()
            .then(|| "missing value for decimal type".to_owned());
        let malformed = FaultReply {
            status: 400,
            code: FaultCode::MalformedInput,
            message,
        };
        text.parse().map(Some).map_err(|_| malformed)
    }
}

/// One member of a list: a text, or fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Member<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Member<'a> {
    /// The first value of the field `name`.
    pub(crate) fn field(&self, name: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| *value)
    }

    /// The value of a member without fields.
    pub(crate) fn value(&self) -> Option<&'a str> {
        self.field("")
    }
}

/// Constraints of the service model that a call breaks, collected so that all are reported at once.
#[derive(Debug, Default)]
pub(crate) struct Violations(Vec<String>);

impl Violations {
    /// A number's range.
    pub(crate) fn range(&mut self, name: &str, value: i32, range: std::ops::RangeInclusive<i32>) {
        self.bounds(name, &value.to_string(), i64::from(value), "value", range);
    }

    /// A text's length in Unicode scalar values.
    pub(crate) fn length(&mut self, name: &str, value: &str, range: std::ops::RangeInclusive<i32>) {
        let length = i64::try_from(value.chars().count()).unwrap_or(i64::MAX);
        self.bounds(name, value, length, "length", range);
    }

    /// A text's pattern, already judged.
    pub(crate) fn pattern(&mut self, name: &str, value: &str, matches: bool, pattern: &str) {
        if !matches {
            self.add(
                name,
                value,
                &format!("Member must satisfy regular expression pattern: {pattern}"),
            );
        }
    }

    /// An ARN's pattern and its length, in the order in which AWS mostly names them. The pattern is Java's, which reads
    /// `\u10000` as U+1000 and a zero: so it takes nothing beyond U+FFFF, and more between than it seems to.
    pub(crate) fn arn(&mut self, name: &str, value: &str) {
        let allowed =
            |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}');
        let matches = !value.is_empty() && value.chars().all(allowed);
        self.pattern(name, value, matches, ARN_PATTERN);
        self.length(name, value, 20..=2_048);
    }

    /// A text of word characters, `[A-Za-z0-9_]`, and those in `more`.
    pub(crate) fn word(&mut self, name: &str, value: &str, more: &str, pattern: &str) {
        let matches = value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || more.contains(c));
        self.pattern(name, value, matches, pattern);
    }

    /// A value that is none of those that there are.
    pub(crate) fn choice(&mut self, name: &str, value: &str, choices: &[&str]) {
        self.add(
            name,
            value,
            &format!(
                "Member must satisfy enum value set: [{}]",
                choices.join(", ")
            ),
        );
    }

    /// A list's length.
    pub(crate) fn count(
        &mut self,
        name: &str,
        members: &[&str],
        range: std::ops::RangeInclusive<i32>,
    ) {
        let length = i64::try_from(members.len()).unwrap_or(i64::MAX);
        self.bounds(
            name,
            &format!("[{}]", members.join(", ")),
            length,
            "length",
            range,
        );
    }

    /// A parameter that must be there.
    pub(crate) fn required<'a>(&mut self, name: &str, value: Option<&'a str>) -> Option<&'a str> {
        if value.is_none() {
            self.0.push(format!(
                "Value null at '{name}' failed to satisfy constraint: Member must not be null"
            ));
        }
        value
    }

    /// The fault, if anything was broken.
    pub(crate) fn into_result(self) -> Result<(), FaultReply> {
        let count = self.0.len();
        if count == 0 {
            return Ok(());
        }
        let noun = if count == 1 { "error" } else { "errors" };
        let message = format!("{count} validation {noun} detected: {}", self.0.join("; "));
        Err(FaultReply::new(400, FaultCode::ValidationError, message))
    }

    fn bounds(
        &mut self,
        name: &str,
        shown: &str,
        measure: i64,
        what: &str,
        range: std::ops::RangeInclusive<i32>,
    ) {
        let (least, most) = range.into_inner();
        if measure < i64::from(least) {
            self.add(
                name,
                shown,
                &format!("Member must have {what} greater than or equal to {least}"),
            );
        } else if measure > i64::from(most) {
            self.add(
                name,
                shown,
                &format!("Member must have {what} less than or equal to {most}"),
            );
        }
    }

    fn add(&mut self, name: &str, value: &str, constraint: &str) {
        self.0.push(format!(
            "Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
        ));
    }
}

const ARN_PATTERN: &str = "[\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded_and_the_first_value_counts() {
        let parameters =
            Parameters::parse(b"Action=Get%43aller+Identity&Action=Other&Empty=&Bare&%FF=x");
        assert_eq!(parameters.first("Action"), Some("GetCaller Identity"));
        assert_eq!(parameters.first("Empty"), Some(""));
        assert_eq!(parameters.first("Bare"), Some(""));
        assert_eq!(parameters.first("\u{FFFD}"), Some("x"));
        assert_eq!(parameters.first("Absent"), None);
    }

    #[test]
    fn numbers_are_read_as_the_service_reads_them() {
        let read = |text: &str| Parameters::parse(format!("N={text}").as_bytes()).integer("N");
        for (text, number) in [
            ("900", 900),
            ("%2B900", 900),
            ("0900", 900),
            ("-5", -5),
            ("2147483647", i32::MAX),
        ] {
            assert_eq!(read(text), Ok(Some(number)), "{text}");
        }
        for text in ["abc", "900.0", "2147483648", "%20900"] {
            let fault = read(text).expect_err(text);
            assert_eq!(
                (fault.status, fault.code, fault.message),
                (400, FaultCode::MalformedInput, None),
                "{text}"
            );
        }
        let empty = read("").expect_err("an empty value is no number");
        assert_eq!(
            empty.message.as_deref(),
            Some("missing value for decimal type")
        );
    }

    #[test]
    fn violations_are_worded_and_counted() {
        let mut violations = Violations::default();
        violations.range("durationSeconds", 899, 900..=129_600);
        violations.length("serialNumber", "short", 9..=256);
        let fault = violations
            .into_result()
            .expect_err("two constraints are broken");
        assert_eq!(
            fault.message.as_deref(),
            Some(
                "2 validation errors detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must \
                 have value greater than or equal to 900; Value 'short' at 'serialNumber' failed to satisfy constraint: \
                 Member must have length greater than or equal to 9"
            )
        );
        assert_eq!(Violations::default().into_result(), Ok(()));
    }
}
