//! Signs a run's calls, each once a second.

use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

use crate::credentials::FoundCredentials;
use sts_model::{Call, Endpoint};

use super::error::SignError;
use super::signed_request::SignedRequest;
use super::signer::Signer;

/// Signs the calls of a run, each place's call over again.
///
/// `x-amz-date` counts in whole seconds (AWS's SigV4 specification), so within one second the same call, signed afresh
/// with the same credentials, is the same bits: then it is signed once. A new second or new credentials need a new signature.
#[derive(Debug)]
pub struct SignatureCache {
    signer: Signer,
    kept: Vec<Option<Kept>>,
}

/// A signed request and for how long it is what signing again would give.
#[derive(Debug)]
struct Kept {
    second: u64,
    found: Option<Arc<FoundCredentials>>,
    request: Rc<SignedRequest>,
}

impl SignatureCache {
    /// For a run with so many places; each is always given the same endpoint and call.
    pub fn new(signer: Signer, places: usize) -> Self {
        Self {
            signer,
            kept: std::iter::repeat_with(|| None).take(places).collect(),
        }
    }

    /// The request that [`Signer::sign`] would give for the call of `place`.
    ///
    /// # Errors
    /// As for [`Signer::sign`].
    ///
    /// # Panics
    /// When there is no such place.
    pub fn sign(
        &mut self,
        place: usize,
        endpoint: &Endpoint,
        call: &Call,
        at: SystemTime,
    ) -> Result<Rc<SignedRequest>, SignError> {
        let found = self.signer.found();
        let second = at
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since_1970| since_1970.as_secs());
        if let Some(kept) = &self.kept[place]
            && kept.second == second
            && kept.found.as_ref().map(Arc::as_ptr) == found.as_ref().map(Arc::as_ptr)
        {
            return Ok(Rc::clone(&kept.request));
        }
        let request = Rc::new(
            self.signer
                .sign_with(found.as_deref(), endpoint, call, at)?,
        );
        self.kept[place] = Some(Kept {
            second,
            found,
            request: Rc::clone(&request),
        });
        Ok(request)
    }
}
