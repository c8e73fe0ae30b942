//! What a server repeats of a request is not kept, whatever form it has: the results are published, and the request is
//! signed.

use crate::sign::SignedRequest;
use sts_model::{FaultCode, MessageText, Region, RegionText, Remote};

/// The text, unless it repeats something of the request.
pub(super) fn unless_repeated<F>(
    text: Option<Remote<F>>,
    request: &SignedRequest,
) -> Option<Remote<F>> {
    text.filter(|text| !request.is_repeated_by(text) && !request.is_repeated_otherwise_by(text))
}

/// The same of a Region: the name of a known one is no secret, and a parameter can be that name as well.
pub(super) fn region_unless_repeated(
    region: Option<Remote<RegionText>>,
    request: &SignedRequest,
) -> Option<Remote<RegionText>> {
    region.filter(|name| Region::named(name).is_some() || !request.is_repeated_by(name))
}

/// The sentence without the words that repeat something of the request.
pub(super) fn words_unless_repeated(
    sentence: &str,
    request: &SignedRequest,
) -> Option<Remote<MessageText>> {
    let kept = |word| {
        if request.is_repeated_by(word) {
            HIDDEN
        } else {
            word
        }
    };
    let words: Vec<&str> = sentence.split(' ').map(kept).collect();
    Remote::new(&words.join(" "))
}

const HIDDEN: &str = "****";

/// The code, or that it is none, if it repeats something of the request.
pub(super) fn code_unless_repeated(code: FaultCode, request: &SignedRequest) -> FaultCode {
    match code {
        FaultCode::Other(text) => {
            unless_repeated(Some(text), request).map_or(FaultCode::Unlike, FaultCode::Other)
        }
        known => known,
    }
}
