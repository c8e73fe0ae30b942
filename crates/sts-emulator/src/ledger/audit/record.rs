//! One record, in the form of CloudTrail's event version 1.11 (AWS, "CloudTrail record contents"; live records of 2026).
//!
//! What CloudTrail shows is shown, session tokens included. It repeats no SAML assertion (only the assertion's id), no web
//! identity token and no secret access key; codes and tokens of other kinds are masked with the word that it uses.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::{CipherSuite, ProtocolVersion, ServerConnection};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use sts_model::Operation;

use crate::clock;
use crate::iam::identities::{Entity, Identity, Principal, Session};
use crate::service::answer::{Element, Noted, json_fields, lower_camel, notes};
use crate::service::parameters::{Member, Parameters};
use crate::service::reply::Call;

/// What is known of one call.
#[derive(Debug)]
pub(crate) struct Record {
    /// The endpoint's name, for the ledger.
    pub endpoint: String,
    pub operation: Operation,
    pub call: Call,
    /// As in ARNs.
    pub partition: String,
    /// Where CloudTrail records the call: us-east-1 for the global endpoint, wherever it is served.
    pub region: String,
    /// The Region that served it.
    pub served_by: String,
    pub is_global: bool,
    pub at: OffsetDateTime,
    /// The record's own id, and that of the event which the accounts on both sides of an assumed role get.
    pub event_ids: [String; 2],
    pub request_id: String,
    pub extended_request_id: String,
    pub source: Option<IpAddr>,
    pub user_agent: String,
    /// The `Host` header.
    pub host: String,
    /// None over plaintext.
    pub tls: Option<TlsDetails>,
}

/// What was negotiated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsDetails {
    version: &'static str,
    cipher_suite: String,
    key_exchange: Option<String>,
}

impl TlsDetails {
    /// Of a connection whose handshake is over.
    pub(crate) fn of(connection: &ServerConnection) -> Self {
        let suite = connection
            .negotiated_cipher_suite()
            .map(|suite| suite.suite());
        let group = connection
            .negotiated_key_exchange_group()
            .and_then(|group| group.name().as_str());
        Self {
            version: match connection.protocol_version() {
                Some(ProtocolVersion::TLSv1_2) => "TLSv1.2",
                _ => "TLSv1.3",
            },
            cipher_suite: suite.map(suite_name).unwrap_or_default(),
            key_exchange: group.map(str::to_owned),
        }
    }
}

/// The name that CloudTrail gives a suite: the standard's for TLS 1.3, OpenSSL's for TLS 1.2.
fn suite_name(suite: CipherSuite) -> String {
    let name = suite.as_str().unwrap_or_default();
    if let Some(rest) = name.strip_prefix("TLS13_") {
        return format!("TLS_{rest}");
    }
    let name = name
        .trim_start_matches("TLS_")
        .replace("_WITH_", "-")
        .replace("AES_", "AES")
        .replace('_', "-");
    match name.strip_suffix("-POLY1305-SHA256") {
        Some(cipher) => format!("{cipher}-POLY1305"),
        None => name,
    }
}

impl Record {
    /// The record as CloudTrail delivers it.
    pub(crate) fn json(&self) -> Value {
        let mut record = self.common_elements();
        let role = self
            .parameter("RoleArn")
            .filter(|arn| account_in(arn).is_some());
        let caller = self
            .call
            .caller
            .as_ref()
            .map(|caller| caller.account().to_owned());
        let recipient = caller
            .clone()
            .or_else(|| role.and_then(account_in).map(str::to_owned));
        if let Some(recipient) = recipient {
            record["recipientAccountId"] = json!(recipient);
        }
        if let (Some(role), Ok(_)) = (role, &self.call.outcome) {
            let account = account_in(role);
            record["resources"] = self.resources(role);
            // The other account gets the same event; this line is the caller's.
            if caller.is_some_and(|caller| account != Some(caller.as_str())) {
                record["sharedEventID"] = json!(self.event_ids[1]);
            }
        }
        if let Err(fault) = &self.call.outcome {
            record["errorCode"] = json!(fault.code.as_str());
            record["errorMessage"] = json!(fault.message);
        }
        if let Some(tls) = &self.tls {
            record["tlsDetails"] = self.tls_details(tls);
        }
        record
    }

    /// What the record of every call has.
    fn common_elements(&self) -> Value {
        let empty = Vec::new();
        let elements = self.call.outcome.as_ref().unwrap_or(&empty);
        let request = self.request_parameters(elements);
        let mut more = json!({
            "ExtendedRequestId": self.extended_request_id,
            "RequestDetails": {
                "endpointType": if self.is_global { "global" } else { "regional" },
                "awsServingRegion": self.served_by,
            },
        });
        for (name, note) in notes(elements, Noted::More) {
            more[name] = note;
        }
        json!({
            "eventVersion": "1.11",
            "userIdentity": self.user_identity(elements),
            "eventTime": clock::extended(self.at),
            "eventSource": "sts.amazonaws.com",
            "eventName": self.operation.api_name(),
            "awsRegion": self.region,
            "sourceIPAddress": self.source.map(|ip| ip.to_string()),
            "userAgent": self.user_agent,
            "requestParameters": bounded(request),
            "responseElements": bounded(self.response_elements(elements)),
            "additionalEventData": more,
            "requestID": self.request_id,
            "eventID": self.event_ids[0],
            // No operation of STS changes anything in an account.
            "readOnly": true,
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "eventCategory": "Management",
        })
    }

    /// The role, and the SAML provider that opens it.
    fn resources(&self, role: &str) -> Value {
        let entry = |kind: &str, arn: &str| json!({ "accountId": account_in(arn), "type": kind, "ARN": arn });
        let is_vouched = self.operation == Operation::AssumeRoleWithSaml;
        let provider = self.parameter("PrincipalArn").filter(|_| is_vouched);
        let provider = provider.map(|arn| entry("AWS::IAM::SAMLProvider", arn));
        let role = entry("AWS::IAM::Role", role);
        [role].into_iter().chain(provider).collect()
    }

    fn tls_details(&self, tls: &TlsDetails) -> Value {
        // A global call that its own Region serves is handed on under a name that no client knows.
        let handed_on = self.is_global && self.served_by != GLOBAL_REGION;
        let host = if handed_on {
            format!("sts-global.{}.amazonaws.com", self.served_by)
        } else {
            self.host.clone()
        };
        json!({
            "tlsVersion": tls.version,
            "cipherSuite": tls.cipher_suite,
            "clientProvidedHostHeader": host,
            "keyExchange": tls.key_exchange,
        })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.call.parameters.first(name)
    }

    /// The parameters that the service knows, under their names in records, and what an identity provider or the caller's session
    /// has added; null when there are none.
    fn request_parameters(&self, elements: &[Element]) -> Value {
        let parameters = &self.call.parameters;
        let mut shown = Map::new();
        for name in TEXTS {
            if let Some(value) = parameters.first(name) {
                shown.insert(lower_camel(name), json!(value));
            }
        }
        for name in NUMBERS {
            if let Ok(Some(value)) = parameters.integer(name) {
                shown.insert(lower_camel(name), json!(value));
            }
        }
        for name in MASKED
            .iter()
            .filter(|name| parameters.first(name).is_some())
        {
            shown.insert(lower_camel(name), json!(HIDDEN));
        }
        if let Some(arn) = parameters.first("TaskPolicyArn.arn") {
            shown.insert("taskPolicyArn".to_owned(), json!({ "arn": arn }));
        }
        shown.extend(
            LISTS
                .iter()
                .filter_map(|(name, fields)| list(parameters, name, fields)),
        );
        if let Some(id) = parameters.first("SAMLAssertion").and_then(assertion_id) {
            shown.insert("sAMLAssertionID".to_owned(), json!(id));
        }
        shown.extend(notes(elements, Noted::Request));
        if shown.is_empty() {
            Value::Null
        } else {
            Value::Object(shown)
        }
    }

    /// What was answered, without secrets; null for the operations that only tell something.
    fn response_elements(&self, elements: &[Element]) -> Value {
        let mut fields = json_fields(elements);
        let tells_only = matches!(
            self.operation,
            Operation::GetCallerIdentity
                | Operation::GetAccessKeyInfo
                | Operation::DecodeAuthorizationMessage
        );
        if tells_only || fields.is_empty() {
            return Value::Null;
        }
        if let Some(Value::Object(credentials)) = fields.get_mut("credentials") {
            credentials.remove("secretAccessKey");
            let expiration = credentials
                .get("expiration")
                .and_then(Value::as_str)
                .and_then(clock::read_extended);
            if let Some(expiration) = expiration {
                credentials.insert("expiration".to_owned(), json!(clock::spoken(expiration)));
            }
        }
        // A token is told by its id, which its receivers see too.
        fields.remove("webIdentityToken");
        fields.extend(notes(elements, Noted::Response));
        Value::Object(fields)
    }

    fn user_identity(&self, elements: &[Element]) -> Value {
        if let Some(caller) = &self.call.caller {
            return self.signer(caller);
        }
        let fields = json_fields(elements);
        let field = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
        match self.operation {
            Operation::AssumeRoleWithSaml => {
                let (qualifier, subject) = (field("nameQualifier"), field("subject"));
                json!({
                    "type": "SAMLUser",
                    "principalId": format!("{qualifier}:{subject}"),
                    "userName": subject,
                    "identityProvider": qualifier,
                })
            }
            Operation::AssumeRoleWithWebIdentity => {
                let (provider, audience) = (field("provider"), field("audience"));
                let subject = field("subjectFromWebIdentityToken");
                json!({
                    "type": "WebIdentityUser",
                    "principalId": format!("{provider}:{audience}:{subject}"),
                    "userName": subject,
                    "identityProvider": provider,
                })
            }
            _ => json!({ "type": "Unknown" }),
        }
    }

    /// Who has signed.
    fn signer(&self, caller: &Principal) -> Value {
        let session = &caller.session;
        let entity = |kind: &str, noun: &str, entity: &Entity| {
            json!({
                "type": kind,
                "principalId": entity.id,
                "arn": entity.arn(&self.partition, &session.account, noun),
                "accountId": session.account,
                "userName": entity.name,
            })
        };
        let (kind, name, issuer) = match &session.identity {
            Identity::Root => ("Root", None, None),
            Identity::User(user) => ("IAMUser", Some(&user.name), None),
            Identity::AssumedRole { role, .. } => {
                ("AssumedRole", None, Some(entity("Role", "role", role)))
            }
            Identity::FederatedUser { issuer, .. } => (
                "FederatedUser",
                None,
                issuer.as_ref().map(|user| entity("IAMUser", "user", user)),
            ),
        };
        let mut identity = json!({
            "type": kind,
            "principalId": caller.user_id(),
            "arn": caller.arn(&self.partition),
            "accountId": caller.account(),
            "accessKeyId": caller.access_key_id,
        });
        if let Some(name) = name {
            identity["userName"] = json!(name);
        }
        if caller.is_temporary() {
            identity["sessionContext"] = session_context(session, issuer);
        }
        identity
    }
}

/// What a record says about temporary credentials: when and how they were issued, and by whom.
fn session_context(session: &Session, issuer: Option<Value>) -> Value {
    let created = OffsetDateTime::from_unix_timestamp(session.issued_at)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let mut context = json!({
        "attributes": {
            "creationDate": clock::extended(created),
            "mfaAuthenticated": session.mfa.unwrap_or_default().to_string(),
        },
    });
    let parts = context.as_object_mut().expect("it was made as an object");
    parts.extend(issuer.map(|issuer| ("sessionIssuer".to_owned(), issuer)));
    parts.extend(
        session
            .source_identity
            .as_ref()
            .map(|name| ("sourceIdentity".to_owned(), json!(name))),
    );
    if session.identity == Identity::Root && session.has_session_policies() {
        parts.insert("assumedRoot".to_owned(), json!("true"));
    }
    context
}

/// The list `name`, if it was given: texts, or objects of `fields`.
fn list(parameters: &Parameters, name: &str, fields: &[&str]) -> Option<(String, Value)> {
    let members = parameters.members(name);
    let member = |member: &Member<'_>| match fields {
        [] => json!(member.value()),
        fields => {
            let shown = |field: &&str| {
                Some((
                    lower_camel(field),
                    json!(shown(field, member.field(field)?)),
                ))
            };
            Value::Object(fields.iter().filter_map(shown).collect())
        }
    };
    (!members.is_empty()).then(|| (lower_camel(name), members.iter().map(member).collect()))
}

fn shown<'a>(field: &str, value: &'a str) -> &'a str {
    if field == "ContextAssertion" {
        HIDDEN
    } else {
        value
    }
}

/// CloudTrail leaves out what is larger than 100 kB, and says so.
fn bounded(value: Value) -> Value {
    let size = value.to_string().len();
    if size <= LARGEST_FIELD {
        return value;
    }
    json!({ "omitted": true, "originalSize": size, "reason": "larger than 100 KB" })
}

/// The twelve digits in an ARN.
fn account_in(arn: &str) -> Option<&str> {
    let account = arn.split(':').nth(4)?;
    (account.len() == 12 && account.bytes().all(|digit| digit.is_ascii_digit())).then_some(account)
}

/// The `ID` of the assertion in a SAML response, which is public, unlike the assertion.
fn assertion_id(response: &str) -> Option<String> {
    let xml = String::from_utf8(STANDARD.decode(response.trim()).ok()?).ok()?;
    let mut tags = xml
        .split('<')
        .map(|tag| tag.split('>').next().unwrap_or_default());
    let is_assertion = |tag: &&str| {
        let name = tag.split_ascii_whitespace().next().unwrap_or_default();
        name == "Assertion" || name.ends_with(":Assertion")
    };
    let tag = tags.find(is_assertion)?;
    let (_, after) = tag.split_once(" ID=")?;
    let quote = after
        .chars()
        .next()
        .filter(|quote| "\"'".contains(*quote))?;
    let id = after.get(1..)?.split(quote).next()?;
    (id.len() <= 256).then(|| id.to_owned())
}

const TEXTS: [&str; 16] = [
    "AccessKeyId",
    "EncodedMessage",
    "ExternalId",
    "Name",
    "Policy",
    "PrincipalArn",
    "ProviderId",
    "RoleArn",
    "RoleSessionName",
    "Scope",
    "ScopedSessionDescription",
    "SerialNumber",
    "SigningAlgorithm",
    "SourceIdentity",
    "SubjectMode",
    "TargetPrincipal",
];
const NUMBERS: [&str; 2] = ["DurationSeconds", "MinimumSessionTokenSize"];
const MASKED: [&str; 2] = ["TokenCode", "TradeInToken"];
const LISTS: [(&str, &[&str]); 5] = [
    ("Audience", &[]),
    ("PolicyArns", &["arn"]),
    ("ProvidedContexts", &["ProviderArn", "ContextAssertion"]),
    ("Tags", &["Key", "Value"]),
    ("TransitiveTagKeys", &[]),
];
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
const GLOBAL_REGION: &str = "us-east-1";
const LARGEST_FIELD: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_have_the_names_of_records() {
        for (suite, name) in [
            (
                CipherSuite::TLS13_AES_128_GCM_SHA256,
                "TLS_AES_128_GCM_SHA256",
            ),
            (
                CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
                "ECDHE-RSA-AES128-GCM-SHA256",
            ),
            (
                CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                "ECDHE-ECDSA-AES256-GCM-SHA384",
            ),
            (
                CipherSuite::TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
                "ECDHE-ECDSA-CHACHA20-POLY1305",
            ),
        ] {
            assert_eq!(suite_name(suite), name);
        }
    }

    #[test]
    fn an_assertion_is_told_by_its_id_alone() {
        let encoded = |xml: &str| STANDARD.encode(xml);
        let xml = "<samlp:Response ID=\"_r\"><saml:Assertion Version='2.0' ID='_a1'>secret</saml:Assertion></samlp:Response>";
        assert_eq!(assertion_id(&encoded(xml)).as_deref(), Some("_a1"));
        for bad in [
            "",
            "!",
            &encoded("<Assertion>"),
            &encoded("<Assertion ID=x>"),
            &encoded("<Assertion ID=\""),
        ] {
            assert!(assertion_id(bad).is_none_or(|id| id.is_empty()), "{bad}");
        }
    }

    #[test]
    fn what_is_too_large_is_left_out_and_its_size_told() {
        assert_eq!(bounded(json!({ "a": 1 })), json!({ "a": 1 }));
        let left_out = bounded(json!("x".repeat(LARGEST_FIELD)));
        assert_eq!(
            (&left_out["omitted"], &left_out["originalSize"]),
            (&json!(true), &json!(LARGEST_FIELD + 2))
        );
    }
}
