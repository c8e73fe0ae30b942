//! Reading STS's XML: named elements out, everything else ignored, hostile input bounded.
//!
//! The reader walks borrowed slices and copies only the elements asked for, so that a secret in the body is never copied.
//! Entities other than XML's own five are not expanded and a document type is refused.

use std::borrow::Cow;

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Deeper nesting than this is refused; STS's own answers nest five deep.
pub const MAX_XML_DEPTH: usize = 16;

/// Why a body is not what STS sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unreadable {
    /// Nothing where STS always sends XML.
    #[error("empty body")]
    Empty,
    /// Not well-formed UTF-8 XML, nested too deep, or with a document type.
    #[error("not XML as STS sends it")]
    Xml,
    /// Well-formed, but the answer to something else.
    #[error("not the answer to this call")]
    Mismatch,
}

/// The text of the elements at `paths` below the root, which must be called `root`.
pub(crate) fn elements<const N: usize>(
    body: &[u8],
    root: &str,
    paths: [&[&str]; N],
) -> Result<[Option<String>; N], Unreadable> {
    elements_from(body, root, paths.map(|path| (path, usize::MAX)))
}

/// The same, with at most so many characters of each element copied, from its beginning.
pub(crate) fn elements_from<const N: usize>(
    body: &[u8],
    root: &str,
    wanted: [(&[&str], usize); N],
) -> Result<[Option<String>; N], Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable::Xml)?;
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    let mut reader = Reader::from_str(text);
    let mut found = [const { None }; N];
    let mut depth: Vec<&str> = Vec::with_capacity(MAX_XML_DEPTH);
    let mut roots = 0;
    loop {
        match reader.read_event().map_err(|_| Unreadable::Xml)? {
            Event::Start(start) => {
                let name = slice_of(text, start.name().into_inner()).ok_or(Unreadable::Xml)?;
                if depth.is_empty() {
                    roots += 1;
                    if name != root {
                        return Err(Unreadable::Mismatch);
                    }
                }
                if depth.len() == MAX_XML_DEPTH {
                    return Err(Unreadable::Xml);
                }
                depth.push(name);
            }
            Event::End(_) => {
                depth.pop().ok_or(Unreadable::Xml)?;
            }
            Event::Text(piece) => {
                if depth.is_empty() && !piece.as_ref().trim_ascii().is_empty() {
                    return Err(Unreadable::Xml);
                }
                append(&mut found, &wanted, &depth, || {
                    Some(piece.xml_content(XmlVersion::Implicit1_0))
                })?;
            }
            Event::GeneralRef(reference) => append(&mut found, &wanted, &depth, || {
                if let Ok(Some(character)) = reference.resolve_char_ref() {
                    return Some(character.to_string().into());
                }
                quick_xml::escape::resolve_predefined_entity(&reference).map(Cow::Borrowed)
            })?,
            Event::DocType(_) => return Err(Unreadable::Xml),
            Event::Eof => break,
            Event::Empty(_)
            | Event::Comment(_)
            | Event::CData(_)
            | Event::Decl(_)
            | Event::PI(_) => {}
        }
    }
    if !depth.is_empty() || roots != 1 {
        return Err(Unreadable::Xml);
    }
    Ok(found.map(|value| value.map(|v: String| v.trim().to_owned())))
}

/// Longest element text that is kept; ARNs reach 2,048.
const MAX_TEXT_BYTES: usize = 4096;

fn append<'a, const N: usize>(
    found: &mut [Option<String>; N],
    wanted: &[(&[&str], usize); N],
    depth: &[&str],
    piece: impl FnOnce() -> Option<Cow<'a, str>>,
) -> Result<(), Unreadable> {
    let Some((_, below_root)) = depth.split_first() else {
        return Ok(());
    };
    let Some(at) = wanted.iter().position(|(path, _)| *path == below_root) else {
        return Ok(());
    };
    let value = found[at].get_or_insert_default();
    let piece = piece().ok_or(Unreadable::Xml)?;
    let most = wanted[at].1.saturating_sub(value.len());
    value.push_str(&piece[..piece.floor_char_boundary(most)]);
    if value.len() > MAX_TEXT_BYTES {
        Err(Unreadable::Xml)
    } else {
        Ok(())
    }
}

/// `part`, which points into `text`, with `text`'s lifetime, so that names outlive the event that carried them.
fn slice_of<'a>(text: &'a str, part: &str) -> Option<&'a str> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    text.get(start..start + part.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<[Option<String>; 1], Unreadable> {
        elements(body.as_bytes(), "R", [&["A", "B"]])
    }

    #[test]
    fn reads_text_and_the_five_entities() {
        assert_eq!(
            read("<R>\n <A><B>x &lt;&amp;&#65; y</B></A></R>\n"),
            Ok([Some("x <&A y".to_owned())])
        );
        assert_eq!(read("<R><A/></R>"), Ok([None]));
    }

    #[test]
    fn bad_101_to_106_hostile_bodies_are_refused_by_kind() {
        let deep = format!("{}{}", "<R>".repeat(1_000_000), "</R>".repeat(1_000_000));
        let cases = [
            ("", Unreadable::Empty),
            (" \n", Unreadable::Empty),
            ("<R><A>", Unreadable::Xml),
            ("<R></A></R>", Unreadable::Xml),
            ("{}", Unreadable::Xml),
            ("<R/>x", Unreadable::Xml),
            (
                "<!DOCTYPE R [<!ENTITY a \"b\">]><R><A><B>&a;</B></A></R>",
                Unreadable::Xml,
            ),
            ("<R><A><B>&unknown;</B></A></R>", Unreadable::Xml),
            ("<html><body>Sign in</body></html>", Unreadable::Mismatch),
            (deep.as_str(), Unreadable::Xml),
        ];
        for (body, expected) in cases {
            assert_eq!(read(body), Err(expected), "{:.60}", body);
        }
        assert_eq!(
            elements(&[0xFF, 0xFE, b'<'], "R", [&["A"]]),
            Err(Unreadable::Xml)
        );
    }

    #[test]
    fn an_element_of_unbounded_length_is_refused() {
        assert_eq!(
            read(&format!("<R><A><B>{}</B></A></R>", "x".repeat(5000))),
            Err(Unreadable::Xml)
        );
    }
}
