//! STS's XML as it is on the wire: two-space indent, `\n` line ends including the last, no XML declaration.
//!
//! Rebuilt from live responses, whose `content-length` these forms reproduce to the byte.

use serde_json::{Map, Value};

use sts_model::FaultCode;

/// An error in STS's own form, before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FaultReply {
    /// HTTP status, 400–599.
    pub status: u16,
    /// The `<Code>`.
    pub code: FaultCode,
    /// The `<Message>`; some faults have none.
    pub message: Option<String>,
}

impl FaultReply {
    /// A fault with a message.
    pub(crate) fn new(status: u16, code: FaultCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: Some(message.into()),
        }
    }

    /// The body.
    pub(crate) fn body(&self, request_id: &str) -> String {
        // Faults from before an operation is found come from another layer of the service, with another name space.
        let namespace = if self.code == FaultCode::InvalidAction {
            "http://webservices.amazon.com/AWSFault/2005-15-09"
        } else {
            NAMESPACE
        };
        let kind = if self.status < 500 {
            "Sender"
        } else {
            "Receiver"
        };
        let mut error = vec![
            Element::text("Type", kind),
            Element::text("Code", self.code.as_str()),
        ];
        error.extend(
            self.message
                .as_deref()
                .map(|message| Element::text("Message", message)),
        );
        let children = [
            Element::group("Error", error),
            Element::text("RequestId", request_id),
        ];
        document("ErrorResponse", namespace, &children)
    }
}

/// The body of an operation's answer: `result` inside the two wrappers, then the request's id.
pub(crate) fn answer(api_name: &str, result: &[Element], request_id: &str) -> String {
    let mut text = format!("<{api_name}Response xmlns=\"{NAMESPACE}\">\n  <{api_name}Result>\n");
    result
        .iter()
        .for_each(|element| element.write(2, &mut text));
    text.push_str(&format!("  </{api_name}Result>\n"));
    Element::group(
        "ResponseMetadata",
        vec![Element::text("RequestId", request_id)],
    )
    .write(1, &mut text);
    text.push_str(&format!("</{api_name}Response>\n"));
    text
}

/// `elements` as the fields of an audit record: names with a small first letter, numbers where the model has numbers.
pub(crate) fn json_fields(elements: &[Element]) -> Map<String, Value> {
    let field = |element: &Element| {
        let value = match &element.content {
            Content::Elements(elements) => Value::Object(json_fields(elements)),
            Content::Text(text) if INTEGERS.contains(&element.name.as_str()) => {
                text.parse().map_or_else(
                    |_| Value::String(text.clone()),
                    |number: i64| Value::Number(number.into()),
                )
            }
            Content::Text(text) => Value::String(text.clone()),
        };
        (lower_camel(&element.name), value)
    };
    elements.iter().map(field).collect()
}

/// `RoleArn` is `roleArn` in records, and `SAMLAssertion` is `sAMLAssertion`.
pub(crate) fn lower_camel(name: &str) -> String {
    let mut name = name.to_owned();
    if let Some(first) = name.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    name
}

/// An element with text, or with elements.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    name: String,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Text(String),
    Elements(Vec<Element>),
}

impl Element {
    /// `<name>text</name>`, with the text escaped.
    pub(crate) fn text(name: &str, text: &str) -> Self {
        Self {
            name: name.to_owned(),
            content: Content::Text(text.to_owned()),
        }
    }

    /// An element around others.
    pub(crate) fn group(name: &str, elements: Vec<Element>) -> Self {
        Self {
            name: name.to_owned(),
            content: Content::Elements(elements),
        }
    }

    fn write(&self, depth: usize, text: &mut String) {
        let (indent, name) = ("  ".repeat(depth), &self.name);
        match &self.content {
            Content::Text(content) => {
                text.push_str(&format!("{indent}<{name}>{}</{name}>\n", escaped(content)));
            }
            Content::Elements(elements) => {
                text.push_str(&format!("{indent}<{name}>\n"));
                elements
                    .iter()
                    .for_each(|element| element.write(depth + 1, text));
                text.push_str(&format!("{indent}</{name}>\n"));
            }
        }
    }
}

fn document(root: &str, namespace: &str, children: &[Element]) -> String {
    let mut text = format!("<{root} xmlns=\"{namespace}\">\n");
    children.iter().for_each(|child| child.write(1, &mut text));
    text.push_str(&format!("</{root}>\n"));
    text
}

/// `text` as a document of XML 1.0 can hold it. Parameters of any bytes are repeated in messages, so what XML has no
/// characters for becomes U+FFFD, and a carriage return, which a reader would turn into a line end, a reference.
fn escaped(text: &str) -> String {
    text.chars()
        .fold(String::with_capacity(text.len()), |mut escaped, c| {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '\r' => escaped.push_str("&#xD;"),
                '\t' | '\n' | ' '..='\u{FFFD}' | '\u{10000}'.. => escaped.push(c),
                _ => escaped.push(char::REPLACEMENT_CHARACTER),
            }
            escaped
        })
}

const INTEGERS: [&str; 2] = ["PackedPolicySize", "SessionTokenSize"];
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The quota's fault.
pub(crate) fn throttled() -> FaultReply {
    FaultReply::new(400, FaultCode::Throttling, "Rate exceeded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_the_bytes_of_the_wire() {
        let fault = FaultReply::new(400, FaultCode::Throttling, "Rate exceeded");
        assert_eq!(
            fault.body("0d5a8e2b-0000-4000-8000-000000000000"),
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>Sender</Type>\n    \
             <Code>Throttling</Code>\n    <Message>Rate exceeded</Message>\n  </Error>\n  \
             <RequestId>0d5a8e2b-0000-4000-8000-000000000000</RequestId>\n</ErrorResponse>\n"
        );
    }

    #[test]
    fn what_no_document_can_hold_is_replaced() {
        let fault = FaultReply::new(
            400,
            FaultCode::ValidationError,
            "\0\u{1}\t\r\n\u{FFFE}\u{1F980}]]>",
        );
        let body = fault.body("id");
        assert!(
            body.contains("<Message>\u{FFFD}\u{FFFD}\t&#xD;\n\u{FFFD}\u{1F980}]]&gt;</Message>"),
            "{body:?}"
        );
    }

    #[test]
    fn dispatch_faults_have_their_own_name_space_and_some_faults_no_message() {
        let unknown = FaultReply::new(
            400,
            FaultCode::InvalidAction,
            "Could not find operation <x>",
        );
        let body = unknown.body("id");
        assert!(body.starts_with(
            "<ErrorResponse xmlns=\"http://webservices.amazon.com/AWSFault/2005-15-09\">\n"
        ));
        assert!(
            body.contains("<Message>Could not find operation &lt;x&gt;</Message>"),
            "{body}"
        );
        let silent = FaultReply {
            status: 400,
            code: FaultCode::MalformedInput,
            message: None,
        };
        assert!(!silent.body("id").contains("Message"));
    }
}
