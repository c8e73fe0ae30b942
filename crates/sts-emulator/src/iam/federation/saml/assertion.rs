//! What an assertion says, and whether it says it to AWS and now. Its signature has been verified before.

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uppsala::{Document, NodeId};

use crate::iam::federation::identity::{SamlIdentity, SessionTags, is_name, is_source_identity};
use crate::iam::federation::rejection::Rejection;

/// A document of SAML; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Reader<'d, 'x> {
    pub document: &'d Document<'x>,
}

impl<'d> Reader<'d, '_> {
    /// Everything about `assertion` but what depends on the provider: its account and name, and the name qualifier.
    pub(super) fn judge(
        self,
        assertion: NodeId,
        issuer: Option<&str>,
        redeemable_for: Duration,
        now: OffsetDateTime,
    ) -> Result<SamlIdentity, Rejection> {
        let found_issuer = self.text(self.only(assertion, "Issuer")?);
        if issuer.is_some_and(|issuer| issuer != found_issuer) {
            return Err(Rejection::saml_response(
                "Issuer not present in specified provider",
            ));
        }
        let issued = self
            .instant(assertion, "IssueInstant")?
            .ok_or_else(Rejection::assertion_not_valid)?;
        if issued > now.saturating_add(CLOCK_SKEW) {
            return Err(Rejection::assertion_not_valid());
        }
        if now >= issued.saturating_add(redeemable_for) {
            return Err(too_late());
        }
        self.conditions(assertion, now)?;
        let (subject, subject_type, recipient) = self.subject(assertion, now)?;
        let attributes = self.attributes(assertion)?;
        Ok(SamlIdentity {
            account: String::new(),
            provider_name: String::new(),
            subject,
            subject_type,
            issuer: found_issuer,
            recipient,
            name_qualifier: String::new(),
            roles: attributes.roles(),
            role_session_name: attributes.role_session_name()?,
            source_identity: attributes.source_identity()?,
            session_tags: attributes.session_tags()?,
            session_ends: self.session_ends(assertion, now)?,
        })
    }

    /// The one child of `parent` that SAML calls `name`.
    pub(super) fn only(self, parent: NodeId, name: &str) -> Result<NodeId, Rejection> {
        let found = self.all(parent, name);
        if let [only] = found.as_slice() {
            Ok(*only)
        } else {
            Err(Rejection::assertion_not_valid())
        }
    }

    fn all(self, parent: NodeId, name: &str) -> Vec<NodeId> {
        let mut children = self.document.children(parent);
        children.retain(|child| {
            self.document
                .element(*child)
                .is_some_and(|e| e.matches_name_ns(ASSERTION, name))
        });
        children
    }

    /// All text of `node`. Comments count for nothing and part nothing, as in the form that is signed.
    fn text(self, node: NodeId) -> String {
        self.document.text_content_deep(node).trim().to_owned()
    }

    fn attribute(self, node: NodeId, name: &str) -> Option<&'d str> {
        self.document.get_attribute(node, name)
    }

    fn instant(self, node: NodeId, name: &str) -> Result<Option<OffsetDateTime>, Rejection> {
        let read = |text| {
            OffsetDateTime::parse(text, &Rfc3339).map_err(|_| Rejection::assertion_not_valid())
        };
        self.attribute(node, name).map(read).transpose()
    }

    fn conditions(self, assertion: NodeId, now: OffsetDateTime) -> Result<(), Rejection> {
        let conditions = self.only(assertion, "Conditions")?;
        if self
            .instant(conditions, "NotBefore")?
            .is_some_and(|start| now.saturating_add(CLOCK_SKEW) < start)
        {
            return Err(Rejection::assertion_not_valid());
        }
        if self
            .instant(conditions, "NotOnOrAfter")?
            .is_some_and(|end| now >= end)
        {
            return Err(too_late());
        }
        let restrictions = self.all(conditions, "AudienceRestriction");
        let meant = |restriction: &NodeId| {
            let audiences = self.all(*restriction, "Audience");
            audiences
                .into_iter()
                .map(|audience| self.text(audience))
                .any(|audience| is_aws(&audience))
        };
        // Of several restrictions each must hold (SAML core, 2.5.1.4).
        if restrictions.is_empty() || !restrictions.iter().all(meant) {
            return Err(Rejection::Invalid(
                "Response does not contain the required audience.".to_owned(),
            ));
        }
        Ok(())
    }

    /// Name, its format, and the recipient. Exactly one confirmation, with an end and a recipient (IAM user guide,
    /// "Configure SAML assertions for the authentication response").
    fn subject(
        self,
        assertion: NodeId,
        now: OffsetDateTime,
    ) -> Result<(String, String, String), Rejection> {
        let subject = self.only(assertion, "Subject")?;
        let name = self.only(subject, "NameID")?;
        let confirmation = self.only(subject, "SubjectConfirmation")?;
        let data = self.only(confirmation, "SubjectConfirmationData")?;
        // Whether it is AWS's is for the trust policy to ask (`SAML:aud`), as users of other recipients report.
        let recipient = self
            .attribute(data, "Recipient")
            .ok_or_else(Rejection::assertion_not_valid)?;
        if self.attribute(confirmation, "Method") != Some(BEARER) {
            return Err(Rejection::assertion_not_valid());
        }
        if now
            >= self
                .instant(data, "NotOnOrAfter")?
                .ok_or_else(Rejection::assertion_not_valid)?
        {
            return Err(too_late());
        }
        let format = self.attribute(name, "Format").unwrap_or(UNSPECIFIED);
        let format = NAME_FORMATS
            .iter()
            .find_map(|prefix| format.strip_prefix(prefix))
            .unwrap_or(format);
        Ok((self.text(name), format.to_owned(), recipient.to_owned()))
    }

    fn session_ends(
        self,
        assertion: NodeId,
        now: OffsetDateTime,
    ) -> Result<Option<OffsetDateTime>, Rejection> {
        let mut earliest: Option<OffsetDateTime> = None;
        for statement in self.all(assertion, "AuthnStatement") {
            let end = self.instant(statement, "SessionNotOnOrAfter")?;
            if end.is_some_and(|end| now >= end) {
                return Err(too_late());
            }
            earliest = [earliest, end].into_iter().flatten().min();
        }
        Ok(earliest)
    }

    fn attributes(self, assertion: NodeId) -> Result<Attributes, Rejection> {
        let mut found = Vec::new();
        for statement in self.all(assertion, "AttributeStatement") {
            for attribute in self.all(statement, "Attribute") {
                let name = self
                    .attribute(attribute, "Name")
                    .ok_or_else(Rejection::assertion_not_valid)?;
                let values = self
                    .all(attribute, "AttributeValue")
                    .into_iter()
                    .map(|value| self.text(value));
                if let Some(name) = name.strip_prefix(ATTRIBUTES) {
                    found.push((name.to_owned(), values.collect()));
                }
            }
        }
        Ok(Attributes(found))
    }
}

/// AWS's own attributes, without their prefix.
struct Attributes(Vec<(String, Vec<String>)>);

impl Attributes {
    fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(found, _)| found == name)
            .flat_map(|(_, values)| values)
            .map(String::as_str)
    }

    /// Role and provider, which may stand in either order.
    fn roles(&self) -> Vec<(String, String)> {
        let pair = |value: &str| {
            let (first, second) = value.split_once(',')?;
            let (first, second) = (first.trim().to_owned(), second.trim().to_owned());
            Some(if first.contains(":saml-provider/") {
                (second, first)
            } else {
                (first, second)
            })
        };
        self.values("Role").filter_map(pair).collect()
    }

    fn role_session_name(&self) -> Result<String, Rejection> {
        let refuse = |message: &str| Err(Rejection::Invalid(message.to_owned()));
        let mut names = self.values("RoleSessionName");
        match (names.next(), names.next()) {
            (Some(name), None) if is_name(name) => Ok(name.to_owned()),
            (Some(_), _) => {
                refuse("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")
            }
            (None, _) => refuse("RoleSessionName is required in AuthnResponse"),
        }
    }

    fn source_identity(&self) -> Result<Option<String>, Rejection> {
        let mut names = self.values("SourceIdentity");
        match (names.next(), names.next()) {
            (None, _) => Ok(None),
            (Some(name), None) if is_source_identity(name) => Ok(Some(name.to_owned())),
            _ => Err(Rejection::source_identity()),
        }
    }

    fn session_tags(&self) -> Result<SessionTags, Rejection> {
        let mut tags = Vec::new();
        for (name, values) in &self.0 {
            if let Some(key) = name.strip_prefix("PrincipalTag:") {
                let [value] = values.as_slice() else {
                    return Err(Rejection::assertion_not_valid());
                };
                tags.push((key.to_owned(), value.clone()));
            }
        }
        let transitive_keys = self
            .values("TransitiveTagKeys")
            .map(str::to_owned)
            .collect();
        Ok(SessionTags {
            tags,
            transitive_keys,
        })
    }
}

/// Whether an assertion for `audience` is for AWS: a sign-in page, or the name that AWS's metadata gives its service.
fn is_aws(audience: &str) -> bool {
    audience == "urn:amazon:webservices" || is_sign_in(audience)
}

/// A sign-in page of AWS, of one Region or of all; with a provider's own path where assertions are encrypted.
pub(super) fn is_sign_in(url: &str) -> bool {
    let Some((host, path)) = url
        .strip_prefix("https://")
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    let label = SIGN_IN.iter().find_map(|known| host.strip_suffix(known));
    let region = |label: &str| {
        label
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let host_ok =
        label.is_some_and(|label| label.is_empty() || label.strip_suffix('.').is_some_and(region));
    host_ok
        && (path == "saml"
            || path
                .strip_prefix("saml/acs/")
                .is_some_and(|id| !id.is_empty()))
}

fn too_late() -> Rejection {
    Rejection::Expired("Token must be redeemed within 5 minutes of issuance".to_owned())
}

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const ATTRIBUTES: &str = "https://aws.amazon.com/SAML/Attributes/";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
/// STS leaves out both: the second as seen in answers about Okta's assertions.
const NAME_FORMATS: [&str; 2] = [
    "urn:oasis:names:tc:SAML:2.0:nameid-format:",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:",
];
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
const SIGN_IN: [&str; 3] = [
    "signin.aws.amazon.com",
    "signin.amazonaws.cn",
    "signin.amazonaws-us-gov.com",
];

/// How far a provider's clock may be ahead; AWS states no number.
const CLOCK_SKEW: Duration = Duration::minutes(5);
