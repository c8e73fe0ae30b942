//! Requests to S3, signed by headers: their URLs hold no key, no token and no signature, which servers and proxies would log.

use std::time::SystemTime;

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SigningSettings, UriPathNormalizationMode,
};
use zeroize::Zeroizing;

use crate::credentials::FoundCredentials;

use super::signature::{Message, Scope, signature_headers};

/// A request to S3.
pub(crate) struct ObjectRequest<'a> {
    pub(crate) method: &'a str,
    /// As it is sent: paths and queries are encoded once.
    pub(crate) url: &'a str,
    /// Those that are signed besides the host's.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
    /// The Region of the bucket.
    pub(crate) region: &'a str,
}

impl ObjectRequest<'_> {
    /// The headers that make it a signed one, good for fifteen minutes around `at`.
    ///
    /// # Errors
    /// The signing library's words; they hold no secret.
    pub(crate) fn signature(
        &self,
        found: &FoundCredentials,
        at: SystemTime,
    ) -> Result<Vec<(String, Zeroizing<String>)>, String> {
        // Source: Amazon S3 User Guide, "Authenticating Requests: Using the Authorization Header": the body's digest is a header, and
        // paths are neither normalised nor encoded a second time.
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        let message = Message {
            method: self.method,
            url: self.url,
            headers: self.headers,
            body: self.body,
        };
        let scope = Scope {
            region: self.region,
            service: "s3",
            at,
        };
        signature_headers(&message, &scope, found, settings)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::credentials::Secret;

    /// 2013-05-24T00:00:00Z, and the keys of the documentation's examples.
    fn signature(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> String {
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_369_353_600);
        let found = FoundCredentials {
            access_key_id: Secret::new("AKIAIOSFODNN7EXAMPLE".to_owned()),
            secret_access_key: Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned()),
            session_token: None,
            source: "test".to_owned(),
            expires: None,
        };
        let request = ObjectRequest {
            method,
            url,
            headers,
            body,
            region: "us-east-1",
        };
        let signed = request.signature(&found, at).expect("it can be signed");
        let header = signed.iter().find(|(name, _)| name == "authorization");
        let value = header.expect("it is signed").1.as_str();
        let (_, signature) = value.split_once("Signature=").expect("a signature");
        signature.to_owned()
    }

    /// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>, "Examples".
    #[test]
    fn requests_have_the_signatures_of_the_documentation() {
        let base = "https://examplebucket.s3.amazonaws.com";
        for (method, url, headers, body, wanted) in [
            (
                "GET",
                "/test.txt",
                &[("range", "bytes=0-9")][..],
                &b""[..],
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            ),
            (
                "PUT",
                "/test%24file.text",
                &[
                    ("date", "Fri, 24 May 2013 00:00:00 GMT"),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ],
                b"Welcome to Amazon S3.",
                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
            ),
            (
                "GET",
                "/?max-keys=2&prefix=J",
                &[],
                b"",
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            ),
        ] {
            let url = format!("{base}{url}");
            assert_eq!(signature(method, &url, headers, body), wanted, "{url}");
        }
    }
}
