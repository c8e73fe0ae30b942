//! Which elements a provider's signature covers.
//!
//! The mathematics are bergshamra's; the rules are here, and they come first: a signature of an unusual form is refused before
//! anything of it is computed. The key is the registered one, whatever `KeyInfo` says.

use bergshamra_dsig::verify::verify_all_document_with_source;
use bergshamra_dsig::{DsigContext, VerifyResult};
use bergshamra_keys::{Key, KeysManager};
use uppsala::{Document, NodeId, NodeKind};

use crate::iam::federation::rejection::Rejection;

/// Refuses unless every signature in `document` is genuine and one of them covers `assertion`, alone or with all of
/// `response`.
pub(super) fn covers(
    document: &Document<'_>,
    xml: &str,
    key: Key,
    response: NodeId,
    assertion: NodeId,
) -> Result<(), Rejection> {
    let signatures: Vec<NodeId> = document
        .descendants(document.root())
        .into_iter()
        .filter(|node| is(document, *node, "Signature"))
        .collect();
    // One beside the assertion's content and one beside the response's, and none anywhere else: a signed element that was
    // moved aside, to put another into its place, is found by its signature.
    let mut signed = Vec::new();
    for signature in &signatures {
        let parent = document.parent(*signature).ok_or_else(invalid)?;
        if !(parent == assertion || parent == response) || signed.contains(&parent) {
            return Err(invalid());
        }
        form(document, *signature, parent).ok_or_else(invalid)?;
        signed.push(parent);
    }
    if signed.is_empty() {
        return Err(invalid());
    }
    let mut keys = KeysManager::new();
    keys.add_key(key);
    let context = DsigContext::new(keys);
    let results =
        verify_all_document_with_source(&context, document, Some(xml)).map_err(|_| invalid())?;
    let genuine = results.len() == signed.len()
        && results.iter().zip(signatures.iter().zip(&signed)).all(|(result, (signature, parent))| match result {
            VerifyResult::Valid { signature_node, references, .. } => {
                // What the identifier resolved to is what is read, node for node.
                signature_node == signature
                    && matches!(references.as_slice(), [only] if only.digest_verified && only.resolved_node == Some(*parent))
            }
            VerifyResult::Invalid { .. } => false,
        });
    if genuine { Ok(()) } else { Err(invalid()) }
}

/// `Some` when `signature` has the one form that is taken: an enveloped signature over its own parent.
fn form(document: &Document<'_>, signature: NodeId, parent: NodeId) -> Option<()> {
    let parts = elements(document, signature);
    let [signed_info, value] = parts.get(..2)? else {
        return None;
    };
    let rest = &parts[2..];
    let shape = is(document, *signed_info, "SignedInfo")
        && is(document, *value, "SignatureValue")
        && rest.len() <= 1
        && rest.iter().all(|part| is(document, *part, "KeyInfo"));
    let [canonicalization, method, reference] = elements(document, *signed_info).try_into().ok()?;
    let algorithms = algorithm(document, canonicalization, "CanonicalizationMethod")? == EXCLUSIVE
        && METHODS.contains(&algorithm(document, method, "SignatureMethod")?);
    let identifier = document
        .get_attribute(parent, "ID")
        .filter(|identifier| !identifier.is_empty())?;
    let target = is(document, reference, "Reference")
        && document.get_attribute(reference, "URI")?.strip_prefix('#') == Some(identifier);
    let [transforms, digest, _value] = elements(document, reference).try_into().ok()?;
    let [enveloped, exclusive] = elements(document, transforms).try_into().ok()?;
    let covered = is(document, transforms, "Transforms")
        && algorithm(document, enveloped, "Transform")? == ENVELOPED
        && algorithm(document, exclusive, "Transform")? == EXCLUSIVE
        && DIGESTS.contains(&algorithm(document, digest, "DigestMethod")?);
    (shape && algorithms && target && covered).then_some(())
}

/// The `Algorithm` of `node`, if it is called `name`.
fn algorithm<'a>(document: &'a Document<'_>, node: NodeId, name: &str) -> Option<&'a str> {
    document
        .get_attribute(node, "Algorithm")
        .filter(|_| is(document, node, name))
}

fn is(document: &Document<'_>, node: NodeId, name: &str) -> bool {
    document
        .element(node)
        .is_some_and(|element| element.matches_name_ns(SIGNATURES, name))
}

fn elements(document: &Document<'_>, node: NodeId) -> Vec<NodeId> {
    let mut children = document.children(node);
    children.retain(|child| matches!(document.node_kind(*child), Some(NodeKind::Element(_))));
    children
}

/// STS's text for all of it.
fn invalid() -> Rejection {
    Rejection::Invalid("Response signature invalid".to_owned())
}

const SIGNATURES: &str = "http://www.w3.org/2000/09/xmldsig#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const METHODS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
];
const DIGESTS: [&str; 3] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];
