//! A signed request in hyper's form.

use std::rc::Rc;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::HeaderMap;
use hyper::http::{Method, Request, Uri};

use crate::sample::FailureKind;
use crate::sign::SignedRequest;
use crate::transport::header_map::header_map;

/// A signed request in hyper's form, kept for as long as the same one is sent again.
pub(super) struct FormedRequest {
    pub(super) signed: Rc<SignedRequest>,
    pub(super) path: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl FormedRequest {
    pub(super) fn new(signed: Rc<SignedRequest>, authority: &str) -> Result<Self, FailureKind> {
        // The signature covers the host: sent elsewhere, the request could be replayed.
        if signed.host != authority {
            return Err(FailureKind::ClientRequest);
        }
        let path = Uri::try_from(signed.path.as_str()).map_err(|_| FailureKind::ClientRequest)?;
        let headers = header_map(&signed)?;
        let body = Bytes::copy_from_slice(signed.body.as_bytes());
        Ok(Self {
            signed,
            path,
            headers,
            body,
        })
    }

    pub(super) fn request(&self) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.path.clone();
        *request.headers_mut() = self.headers.clone();
        request
    }
}
