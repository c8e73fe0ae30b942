//! XML or JSON, as the request asks for.

use super::element::Element;
use super::fault_reply::FaultReply;
use super::{json, xml};

/// In which form an answer is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Representation {
    /// The query protocol's own.
    #[default]
    Xml,
    /// What `Accept: application/json` asks for; verifiers of EKS tokens do.
    Json,
}

impl Representation {
    /// What a request with this `Accept` header gets: the first of the two media types that it names, XML when it names
    /// neither. How AWS weighs several types has not been observed; qualities are not weighed here.
    pub(crate) fn accepted(accept: Option<&[u8]>) -> Self {
        let accept = accept.and_then(|accept| std::str::from_utf8(accept).ok());
        let types = accept.unwrap_or_default().split(',').map(|range| {
            let media_type = range.split(';').next().unwrap_or_default();
            media_type.trim().to_ascii_lowercase()
        });
        types
            .filter_map(|media_type| match media_type.as_str() {
                "application/json" => Some(Self::Json),
                "text/xml" | "application/xml" => Some(Self::Xml),
                _ => None,
            })
            .next()
            .unwrap_or_default()
    }

    /// The `content-type` of a body in this form.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "text/xml",
            Self::Json => "application/json",
        }
    }

    /// The body of the answer to the operation called `api_name`.
    pub(crate) fn answer(self, api_name: &str, result: &[Element], request_id: &str) -> String {
        match self {
            Self::Xml => xml::answer(api_name, result, request_id),
            Self::Json => json::answer(api_name, result, request_id),
        }
    }

    /// The body of a fault.
    pub(crate) fn fault(self, fault: &FaultReply, request_id: &str) -> String {
        match self {
            Self::Xml => xml::fault(fault, request_id),
            Self::Json => json::fault(fault, request_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_form_that_is_named_is_the_form_of_the_answer() {
        for (accept, json) in [
            (None, false),
            (Some("application/json"), true),
            (Some("Application/JSON; charset=utf-8"), true),
            (Some("application/json, text/plain, */*"), true),
            (Some("*/*"), false),
            (Some("application/*"), false),
            (Some("text/xml, application/json"), false),
            (Some("text/html,application/json;q=0.9"), true),
            (Some("application/json-patch+json"), false),
            (Some(""), false),
        ] {
            let found = Representation::accepted(accept.map(str::as_bytes));
            assert_eq!(found == Representation::Json, json, "{accept:?}");
        }
        assert_eq!(
            Representation::accepted(Some(b"application/json\xFF")),
            Representation::Xml
        );
    }
}
