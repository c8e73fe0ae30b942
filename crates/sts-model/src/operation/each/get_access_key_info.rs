//! GetAccessKeyInfo: the account that an access key belongs to.

use crate::operation::answer::xml::{Copied, Unreadable, answer};
use crate::operation::answer::{AccountText, Answer, Remote};
use crate::operation::facts::{
    Accepts, Audit, Authentication, Offered, OperationFacts, Permission, Quota, Returns,
};
use crate::operation::parameter::{Kind, Parameter};
use crate::operation::rules::{Alphabet, Bounds, Text, is_word};

pub(crate) const FACTS: OperationFacts = OperationFacts {
    api_name: "GetAccessKeyInfo",
    cli_name: "get-access-key-info",
    purpose: "the account that an access key belongs to",
    authentication: Authentication::Signed,
    accepts: Accepts::Any,
    offered: Offered::Everywhere,
    quota: Quota::Shared,
    permission: Permission::Caller,
    audit: Audit::Unobserved,
    default_seconds: None,
    parameters: &[
        Parameter::new("AccessKeyId", "access-key-id", Kind::Text(ACCESS_KEY_ID))
            .required()
            .identifying(),
    ],
    returns: Returns::Account,
};

const ACCESS_KEY_ID: Text = Text {
    length: Bounds::new(16, 128),
    alphabet: Alphabet {
        pattern: r"[\w]*",
        admits: |text| text.chars().all(is_word),
    },
};

pub(crate) fn read(body: &[u8]) -> Result<Answer, Unreadable> {
    let path: &[&str] = &["GetAccessKeyInfoResult", "Account"];
    let [account] = answer(body, "GetAccessKeyInfo", [(path, Copied::Whole)])?;
    account
        .and_then(|account| Remote::<AccountText>::new(&account.text))
        .map(|_| Answer::AccessKeyInfo)
        .ok_or(Unreadable::Mismatch)
}
