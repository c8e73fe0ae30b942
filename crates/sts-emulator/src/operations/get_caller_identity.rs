//! GetCallerIdentity: no parameters, no permission, any valid credentials.

use crate::iam::identities::Principal;
use crate::operations::inquiry::Inquiry;
use crate::service::answer::Element;

pub(super) fn perform(inquiry: Inquiry<'_>, caller: &Principal) -> Vec<Element> {
    // The order of the wire, which is not that of the service model.
    vec![
        Element::text("Arn", &caller.arn(inquiry.partition)),
        Element::text("UserId", &caller.user_id()),
        Element::text("Account", caller.account()),
    ]
}
