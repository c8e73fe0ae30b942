//! The ids of answers. AWS sends one with each in a header, and most operations' bodies have it too: what stands between, such
//! as a cache, may drop the header and keep the body.

use std::cell::RefCell;

use crate::sample::Outcome;
use crate::transport::Response;
use sts_model::{Endpoint, Remote, RequestIdText};

/// Which endpoints of AWS's were found to answer without the header.
#[derive(Debug)]
pub(super) struct AnswerIds {
    /// By endpoint.
    told: RefCell<Vec<bool>>,
}

impl AnswerIds {
    pub(super) fn of(endpoints: usize) -> Self {
        Self {
            told: RefCell::new(vec![false; endpoints]),
        }
    }

    /// The header's id or, at a host of AWS's, the body's. Other servers give every body the same one.
    pub(super) fn id(response: &Response, host: &str) -> Option<Remote<RequestIdText>> {
        let in_body = || {
            Endpoint::is_aws_host(host)
                .then(|| body_id(&response.body))
                .flatten()
        };
        response.request_id.clone().or_else(in_body)
    }

    /// What to tell of a success of endpoint number `at`, once.
    pub(super) fn remark(
        &self,
        at: usize,
        host: &str,
        response: &Response,
        outcome: &Outcome,
    ) -> Option<String> {
        let is_bare = *outcome == Outcome::Success
            && response.request_id.is_none()
            && Endpoint::is_aws_host(host);
        if !is_bare || std::mem::replace(&mut self.told.borrow_mut()[at], true) {
            return None;
        }
        Some(
            "an answer lacks the header x-amzn-requestid, which AWS always sends: something on the path answers, or changes answers"
                .to_owned(),
        )
    }
}

/// The text of the first `RequestId`. Success and fault have one, and nothing else of that name.
fn body_id(body: &[u8]) -> Option<Remote<RequestIdText>> {
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("<RequestId>")?;
    let (id, _) = rest.split_once("</RequestId>")?;
    Remote::new(id.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AWS: &str = "sts.eu-central-1.amazonaws.com";
    const BODY: &str = "<R><ResponseMetadata><RequestId>c6104cbe-af31-11e0-8154-cbc7ccf896c7</RequestId></ResponseMetadata></R>";

    fn response(header: Option<&str>) -> Response {
        Response {
            status: 200,
            request_id: header.and_then(Remote::new),
            served_by: None,
            date: None,
            retry_after_seconds: None,
            closes: false,
            body: BODY.as_bytes().to_vec().into(),
        }
    }

    #[test]
    fn where_the_header_is_missing_the_id_of_awss_body_counts() {
        let id = |header, host| {
            let id = AnswerIds::id(&response(header), host);
            id.map(|id| id.as_str().to_owned())
        };
        let of_body = Some("c6104cbe-af31-11e0-8154-cbc7ccf896c7".to_owned());
        assert_eq!(id(None, AWS), of_body);
        assert_eq!(id(Some("of-header"), AWS), Some("of-header".to_owned()));
        assert_eq!(id(None, "127.0.0.1"), None);
        for body in ["", "<RequestId>", "<RequestId>a b</RequestId>", "\u{fffd}"] {
            assert_eq!(body_id(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn an_answer_of_awss_without_the_header_is_told_once_for_each_endpoint() {
        let ids = AnswerIds::of(2);
        let told = |at, host, header| {
            let remark = ids.remark(at, host, &response(header), &Outcome::Success);
            remark.is_some()
        };
        assert!(!told(0, AWS, Some("id")) && !told(0, "127.0.0.1", None));
        assert!(told(0, AWS, None) && !told(0, AWS, None) && told(1, AWS, None));
    }
}
