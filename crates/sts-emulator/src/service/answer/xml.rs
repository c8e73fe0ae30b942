//! STS's XML as it is on the wire: two-space indent, `\n` line ends including the last, no XML declaration.
//!
//! Rebuilt from live responses, whose `content-length` these forms reproduce to the byte.

use sts_model::FaultCode;

use super::element::{Content, Element};
use super::fault_reply::FaultReply;
use crate::clock;

/// The body of a fault.
pub(super) fn fault(fault: &FaultReply, request_id: &str) -> String {
    // Faults from before an operation is found come from another layer of the service, with another name space.
    let namespace = if fault.code == FaultCode::InvalidAction {
        "http://webservices.amazon.com/AWSFault/2005-15-09"
    } else {
        NAMESPACE
    };
    let mut error = vec![
        Element::text("Type", fault.kind()),
        Element::text("Code", fault.code.as_str()),
    ];
    error.extend(
        fault
            .message
            .as_deref()
            .map(|message| Element::text("Message", message)),
    );
    let children = [
        Element::group("Error", error),
        Element::text("RequestId", request_id),
    ];
    document("ErrorResponse", namespace, &children)
}

/// The body of an operation's answer: `result` inside the two wrappers, then the request's id.
pub(super) fn answer(api_name: &str, result: &[Element], request_id: &str) -> String {
    let mut text = format!("<{api_name}Response xmlns=\"{NAMESPACE}\">\n  <{api_name}Result>\n");
    for element in result {
        write(element, 2, &mut text);
    }
    text.push_str(&format!("  </{api_name}Result>\n"));
    let metadata = vec![Element::text("RequestId", request_id)];
    write(&Element::group("ResponseMetadata", metadata), 1, &mut text);
    text.push_str(&format!("</{api_name}Response>\n"));
    text
}

fn write(element: &Element, depth: usize, text: &mut String) {
    if !element.is_answered() {
        return;
    }
    indent(depth, text);
    text.extend(["<", &element.name, ">"]);
    match &element.content {
        Content::Text(content) => escape(content, text),
        Content::Integer(number) => text.push_str(&number.to_string()),
        Content::Time(time) => text.push_str(&clock::extended(*time)),
        Content::Absent | Content::Note(_) => {}
        Content::Elements(elements) => {
            text.push('\n');
            for element in elements {
                write(element, depth + 1, text);
            }
            indent(depth, text);
        }
    }
    text.extend(["</", &element.name, ">\n"]);
}

fn indent(depth: usize, text: &mut String) {
    text.extend((0..depth).map(|_| "  "));
}

fn document(root: &str, namespace: &str, children: &[Element]) -> String {
    let mut text = format!("<{root} xmlns=\"{namespace}\">\n");
    for child in children {
        write(child, 1, &mut text);
    }
    text.push_str(&format!("</{root}>\n"));
    text
}

/// Adds `content` as a document of XML 1.0 can hold it. Parameters of any bytes are repeated in messages, so what XML has no
/// characters for becomes U+FFFD, and a carriage return, which a reader would turn into a line end, a reference.
fn escape(content: &str, text: &mut String) {
    let is_plain = |c: char| {
        matches!(c, '\t' | '\n' | ' '..='\u{FFFD}' | '\u{10000}'..) && !matches!(c, '&' | '<' | '>')
    };
    let mut rest = content;
    while let Some(at) = rest.find(|c| !is_plain(c)) {
        let (plain, special) = rest.split_at(at);
        text.push_str(plain);
        let mut special = special.chars();
        text.push_str(match special.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('\r') => "&#xD;",
            _ => "\u{FFFD}",
        });
        rest = special.as_str();
    }
    text.push_str(rest);
}

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

#[cfg(test)]
mod tests {
    use super::*;

    fn written(of: &FaultReply, request_id: &str) -> String {
        fault(of, request_id)
    }

    #[test]
    fn a_fault_has_the_bytes_of_the_wire() {
        let fault = FaultReply::new(400, FaultCode::Throttling, "Rate exceeded");
        assert_eq!(
            written(&fault, "0d5a8e2b-0000-4000-8000-000000000000"),
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
        let body = written(&fault, "id");
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
        let body = written(&unknown, "id");
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
        assert!(!written(&silent, "id").contains("Message"));
    }
}
