//! GetCallerIdentity: no parameters, no permission, any valid credentials.

use super::super::reply::Element;
use super::Inquiry;

pub(super) fn perform(inquiry: Inquiry<'_>) -> Vec<Element> {
    let principal = inquiry.principal;
    // The order of the wire, which is not that of the service model.
    vec![
        Element::text("Arn", &principal.arn(inquiry.partition)),
        Element::text("UserId", &principal.user_id),
        Element::text("Account", &principal.account),
    ]
}
