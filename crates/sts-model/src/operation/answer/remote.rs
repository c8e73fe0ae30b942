//! Text that a server sent, in a form that may be kept and shown.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

/// Text that a server sent, in the form `F`.
///
/// The forms are the only way to one, so it is short and has no control characters. Nothing else of an answer's text is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Remote<F>(String, PhantomData<F>);

impl<F: TextForm> Remote<F> {
    /// `text` in the form; `None` when it is not of that form.
    pub fn new(text: &str) -> Option<Self> {
        Some(Self(F::taken(text)?.into_owned(), PhantomData))
    }
}

impl<F> Remote<F> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<F> Deref for Remote<F> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<F> fmt::Display for Remote<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A form of text that a server sends.
pub trait TextForm {
    /// What is taken of `text`; `None` when it is not of this form.
    fn taken(text: &str) -> Option<Cow<'_, str>>;
}

macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident = $taken:expr,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {}

        impl TextForm for $name {
            fn taken(text: &str) -> Option<Cow<'_, str>> {
                let taken: fn(&str) -> Option<Cow<'_, str>> = $taken;
                taken(text)
            }
        }
    )*};
}

forms! {
    /// The id of a request: 1 to 64 of `0-9A-Za-z-`.
    RequestIdText = |text| whole(text, 1..=64, |b| b.is_ascii_alphanumeric() || b == b'-'),
    /// The code of a fault that is not known by name: `[A-Z][A-Za-z.]{2,63}`, as AWS writes its codes.
    FaultCodeText = |text| {
        text.starts_with(|first: char| first.is_ascii_uppercase())
            .then(|| whole(text, 3..=64, |b| b.is_ascii_alphabetic() || b == b'.'))?
    },
    /// A Region: 1 to 32 of `a-z0-9-`.
    RegionText = |text| whole(text, 1..=32, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
    /// An account: twelve digits, or `RGW` and seventeen digits as Ceph's Object Gateway numbers its accounts
    /// (docs.ceph.com, radosgw/account).
    AccountText = |text| match text.strip_prefix("RGW") {
        None => whole(text, 12..=12, |b| b.is_ascii_digit()),
        Some(number) => whole(number, 17..=17, |b| b.is_ascii_digit()).and(Some(Cow::Borrowed(text))),
    },
    /// The ARN of a caller: `arn:[a-z-]+:(iam|sts)::ACCOUNT:[\x21-\x7E]{1,512}`, with at most 32 letters for the partition.
    PrincipalArnText = |text| {
        let mut parts = text.splitn(6, ':');
        let is_arn = parts.next()? == "arn"
            && whole(parts.next()?, 1..=32, |b| b.is_ascii_lowercase() || b == b'-').is_some()
            && matches!(parts.next()?, "iam" | "sts")
            && parts.next()?.is_empty()
            && AccountText::taken(parts.next()?).is_some()
            && whole(parts.next()?, 1..=512, |b| b.is_ascii_graphic()).is_some();
        is_arn.then_some(Cow::Borrowed(text))
    },
    /// A sentence: without control characters, and at most the first 512 bytes of it.
    MessageText = |text| {
        let mut kept: String = text.chars().filter(|c| !c.is_control()).collect();
        kept.truncate(kept.floor_char_boundary(MAX_MESSAGE_BYTES));
        Some(Cow::Owned(kept))
    },
}

const MAX_MESSAGE_BYTES: usize = 512;

/// The text, if it has so many bytes, each of which `admits`.
fn whole(
    text: &str,
    length: std::ops::RangeInclusive<usize>,
    admits: fn(u8) -> bool,
) -> Option<Cow<'_, str>> {
    (length.contains(&text.len()) && text.bytes().all(admits)).then_some(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is taken in each form, those that cut last.
    fn taken(text: &str) -> [Option<String>; 6] {
        let own = |taken: Option<Cow<'_, str>>| taken.map(Cow::into_owned);
        [
            own(RequestIdText::taken(text)),
            own(FaultCodeText::taken(text)),
            own(RegionText::taken(text)),
            own(AccountText::taken(text)),
            own(PrincipalArnText::taken(text)),
            own(MessageText::taken(text)),
        ]
    }

    #[test]
    fn each_form_takes_what_aws_sends() {
        for (at, texts) in [
            (
                0,
                &[
                    "c6104cbe-af31-11e0-8154-cbc7ccf896c7",
                    "7a62c49f",
                    "HX0ZHJHUTRVQ8IC6UTB1P6E0ZYZWKUGDPM5O8T1YTMN6CSJBJGYN",
                ][..],
            ),
            (1, &["BrandNewException", "Sender.Fault", "Abc"]),
            (2, &["us-gov-east-1", "eu-central-1", "us-isob-east-1"]),
            (3, &["123456789012", "RGW33567154695143645"]),
            (
                4,
                &[
                    "arn:aws:iam::123456789012:user/division/anna",
                    "arn:aws-us-gov:sts::123456789012:assumed-role/Reader/anna@example.com",
                    "arn:aws-cn:iam::123456789012:root",
                    "arn:aws:iam::RGW33567154695143645:root",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(taken(text)[at].as_deref(), Some(*text), "{text}");
            }
        }
    }

    #[test]
    fn what_another_form_has_is_not_taken() {
        for (at, texts) in [
            (0, &["", "a b", "=cmd", "IQoJb3/+==", "é"][..]),
            (
                1,
                &[
                    "",
                    "Ab",
                    "lower",
                    "AKIA1234",
                    "Two Words",
                    ".Dot",
                    "A\u{7}bcd",
                ],
            ),
            (2, &["", "EU-WEST-1", "eu west 1", "eu/west"]),
            (
                3,
                &[
                    "",
                    "12345678901",
                    "1234567890123",
                    "12345678901x",
                    "RGW3356715469514364",
                    "RGW123456789012",
                    "１２３４５６７８９０１２",
                ],
            ),
            (
                4,
                &[
                    "",
                    "arn:aws:iam::123456789012:",
                    "arn:aws:s3::123456789012:user/u",
                    "arn:aws:iam:eu-west-1:123456789012:user/u",
                    "arn:aws:iam::12345:user/u",
                    "arn:aws:iam::123456789012:user/a b",
                    "arn:aws:iam::123456789012:user/é",
                    "arn:\u{1b}[31m:iam::123456789012:user/u",
                    "arn::iam::123456789012:user/u",
                    "urn:aws:iam::123456789012:user/u",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(taken(text)[at], None, "{text:?}");
            }
        }
        let long = ["a", "A", "9"].map(|letter| letter.repeat(1500));
        for text in &long {
            assert_eq!(taken(text)[..5], [const { None }; 5]);
        }
        let partition = format!("arn:{}:iam::123456789012:user/u", long[0]);
        let resource = format!("arn:aws:iam::123456789012:user/{}", long[0]);
        assert_eq!(
            (&taken(&partition)[4], &taken(&resource)[4]),
            (&None, &None)
        );
    }

    proptest! {
        #[test]
        fn whatever_is_taken_is_short_and_has_no_control_characters(text in any::<String>(), odd in "[ -~\\x00-\\x1f\u{7f}-\u{9f}]{0,700}") {
            for text in [text, odd] {
                for taken in taken(&text).into_iter().flatten() {
                    prop_assert!(taken.len() <= 600 && !taken.chars().any(char::is_control), "{taken:?}");
                }
            }
        }
    }
}
