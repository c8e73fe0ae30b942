//! Reading STS's XML: named elements out, everything else ignored, hostile input bounded.
//!
//! The reader walks borrowed slices and copies only the elements asked for, so that a secret in the body is never copied.
//! Entities other than XML's own five are not expanded and a document type is refused.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};
use quick_xml::{NsReader, XmlVersion};
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

/// The namespace of STS's answers.
const STS_NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// How much of an element's text is copied.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Copied {
    /// None of it: whether there is any is enough.
    Nothing,
    /// At most so many bytes from its beginning.
    Beginning(usize),
    /// All of it.
    Whole,
}

impl Copied {
    fn most_bytes(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Beginning(most) => most,
            Self::Whole => usize::MAX,
        }
    }
}

/// An element that was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// What was copied of its text, without blanks around it.
    pub(crate) text: String,
    /// Whether it has text.
    filled: bool,
}

/// Whether the element is there and has text.
pub(crate) fn is_filled(element: &Option<Element>) -> bool {
    element.as_ref().is_some_and(|element| element.filled)
}

/// The elements at these paths below the root of the answer to the operation that the API calls `api_name`.
///
/// An answer proves itself: it stands in STS's namespace, whatever the prefix, or, as some other services write it, in none.
/// Elements of another namespace are not seen. No answer has one of the elements twice.
pub(crate) fn answer<const N: usize>(
    body: &[u8],
    api_name: &str,
    wanted: [(&[&str], Copied); N],
) -> Result<[Option<Element>; N], Unreadable> {
    Walk::new(&format!("{api_name}Response"), Namespaces::Own, wanted).through(body)
}

/// The elements at these paths below the root of a fault.
///
/// Layers in front of STS write faults in namespaces of their own, so any is good enough: a fault has nothing to prove.
pub(crate) fn fault<const N: usize>(
    body: &[u8],
    wanted: [(&[&str], Copied); N],
) -> Result<[Option<Element>; N], Unreadable> {
    Walk::new("ErrorResponse", Namespaces::Any, wanted).through(body)
}

/// Whose elements count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Namespaces {
    /// Those of STS's namespace, or those of none below a root of none.
    Own,
    /// All.
    Any,
}

/// Where an element's name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Sts,
    None,
    Foreign,
}

impl From<ResolveResult<'_>> for Origin {
    fn from(namespace: ResolveResult<'_>) -> Self {
        match namespace {
            ResolveResult::Bound(Namespace(STS_NAMESPACE)) => Self::Sts,
            ResolveResult::Unbound => Self::None,
            ResolveResult::Bound(_) | ResolveResult::Unknown(_) => Self::Foreign,
        }
    }
}

/// A walk through a document, and what it has found.
struct Walk<'w, 'a, const N: usize> {
    root: &'w str,
    namespaces: Namespaces,
    wanted: [(&'w [&'w str], Copied); N],
    /// The names from the root down to where the walk is; empty for elements that do not count.
    names: Vec<&'a str>,
    /// Of the root, once that was seen.
    origin: Option<Origin>,
    /// The wanted element that the walk is directly in, with its depth.
    inside: Option<(usize, usize)>,
    found: [Option<Element>; N],
}

impl<'w, 'a, const N: usize> Walk<'w, 'a, N> {
    fn new(root: &'w str, namespaces: Namespaces, wanted: [(&'w [&'w str], Copied); N]) -> Self {
        Self {
            root,
            namespaces,
            wanted,
            names: Vec::with_capacity(MAX_XML_DEPTH),
            origin: None,
            inside: None,
            found: [const { None }; N],
        }
    }

    fn through(mut self, body: &'a [u8]) -> Result<[Option<Element>; N], Unreadable> {
        let text = std::str::from_utf8(body).map_err(|_| Unreadable::Xml)?;
        if text.trim().is_empty() {
            return Err(Unreadable::Empty);
        }
        let mut reader = NsReader::from_str(text);
        loop {
            let (namespace, event) = reader.read_resolved_event().map_err(|_| Unreadable::Xml)?;
            match event {
                Event::Start(start) => self.enter(text, &start, namespace.into())?,
                Event::End(_) => self.leave()?,
                Event::Empty(start) if !self.names.is_empty() => {
                    self.enter(text, &start, namespace.into())?;
                    self.leave()?;
                }
                Event::Text(piece) => {
                    if self.names.is_empty() && !piece.as_ref().trim_ascii().is_empty() {
                        return Err(Unreadable::Xml);
                    }
                    self.take(|| Some(piece.xml_content(XmlVersion::Implicit1_0)))?;
                }
                Event::CData(piece) => {
                    self.take(|| Some(piece.xml_content(XmlVersion::Implicit1_0)))?;
                }
                Event::GeneralRef(reference) => self.take(|| {
                    if let Ok(Some(character)) = reference.resolve_char_ref() {
                        return Some(character.to_string().into());
                    }
                    quick_xml::escape::resolve_predefined_entity(&reference).map(Cow::Borrowed)
                })?,
                Event::DocType(_) => return Err(Unreadable::Xml),
                Event::Eof => break,
                // A second root.
                Event::Empty(_) if self.origin.is_some() => return Err(Unreadable::Xml),
                Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            }
        }
        if !self.names.is_empty() || self.origin.is_none() {
            return Err(Unreadable::Xml);
        }
        for element in self.found.iter_mut().flatten() {
            element.text = element.text.trim().to_owned();
        }
        Ok(self.found)
    }

    fn enter(
        &mut self,
        text: &'a str,
        start: &BytesStart<'_>,
        origin: Origin,
    ) -> Result<(), Unreadable> {
        let name = start.name().local_name().into_inner();
        let name = slice_of(text, name).ok_or(Unreadable::Xml)?;
        let depth = self.names.len();
        if depth == 0 {
            self.enter_root(name, origin)?;
        }
        if depth == MAX_XML_DEPTH {
            return Err(Unreadable::Xml);
        }
        let counts = self.namespaces == Namespaces::Any || self.origin == Some(origin);
        self.names.push(if counts { name } else { "" });
        let below_root = &self.names[1..];
        let at = self.wanted.iter().position(|(path, _)| *path == below_root);
        if let Some(at) = at {
            if self.found[at].is_some() {
                return self.again();
            }
            self.found[at] = Some(Element::default());
            self.inside = Some((at, self.names.len()));
        }
        Ok(())
    }

    fn enter_root(&mut self, name: &str, origin: Origin) -> Result<(), Unreadable> {
        if self.origin.is_some() {
            return Err(Unreadable::Xml);
        }
        let is_foreign = self.namespaces == Namespaces::Own && origin == Origin::Foreign;
        if name != self.root || is_foreign {
            return Err(Unreadable::Mismatch);
        }
        self.origin = Some(origin);
        Ok(())
    }

    /// A wanted element that was there already: no answer has one twice, and of faults the first counts.
    fn again(&self) -> Result<(), Unreadable> {
        match self.namespaces {
            Namespaces::Own => Err(Unreadable::Mismatch),
            Namespaces::Any => Ok(()),
        }
    }

    fn leave(&mut self) -> Result<(), Unreadable> {
        let left = self.names.len();
        self.names.pop().ok_or(Unreadable::Xml)?;
        self.inside = self.inside.filter(|(_, depth)| *depth != left);
        Ok(())
    }

    /// Copies a piece of text, if a wanted element is directly around it.
    fn take<'t>(&mut self, piece: impl FnOnce() -> Option<Cow<'t, str>>) -> Result<(), Unreadable> {
        let depth = self.names.len();
        let inside = self.inside.filter(|(_, of_element)| *of_element == depth);
        let Some((at, _)) = inside else {
            return Ok(());
        };
        let Some(element) = &mut self.found[at] else {
            return Ok(());
        };
        let piece = piece().ok_or(Unreadable::Xml)?;
        element.filled |= !piece.trim().is_empty();
        let most = self.wanted[at].1.most_bytes();
        let room = most.saturating_sub(element.text.len());
        element
            .text
            .push_str(&piece[..piece.floor_char_boundary(room)]);
        if element.text.len() > MAX_TEXT_BYTES {
            Err(Unreadable::Xml)
        } else {
            Ok(())
        }
    }
}

/// Longest element text that is kept; ARNs reach 2,048.
const MAX_TEXT_BYTES: usize = 4096;

/// `part`, which points into `text`, with `text`'s lifetime, so that names outlive the event that carried them.
fn slice_of<'a>(text: &'a str, part: &str) -> Option<&'a str> {
    let start = (part.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    text.get(start..start + part.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The element `B` below `A` in the answer to the operation `R`.
    fn read(body: &str) -> Result<[Option<String>; 1], Unreadable> {
        let path: &[&str] = &["A", "B"];
        let named = body
            .replace("<R>", "<RResponse>")
            .replace("</R>", "</RResponse>")
            .replace("<R/>", "<RResponse/>");
        let found = answer(named.as_bytes(), "R", [(path, Copied::Whole)])?;
        Ok(found.map(|element| element.map(|element| element.text)))
    }

    #[test]
    fn reads_text_and_the_five_entities() {
        assert_eq!(
            read("<R>\n <A><B>x &lt;&amp;&#65; y</B></A></R>\n"),
            Ok([Some("x <&A y".to_owned())])
        );
        assert_eq!(read("<R><A/></R>"), Ok([None]));
        assert_eq!(
            read("<R><A><B><![CDATA[x <]]>&amp;</B></A></R>"),
            Ok([Some("x <&".to_owned())])
        );
        for empty in [
            "<R><A><B/></A></R>",
            "<R><A><B></B></A></R>",
            "<R><A><B> \n</B></A></R>",
        ] {
            assert_eq!(read(empty), Ok([Some(String::new())]), "{empty}");
        }
    }

    #[test]
    fn no_element_is_there_twice_and_text_of_elements_within_is_not_theirs() {
        for body in [
            "<R><A><B>one<C>two</C></B></A></R>",
            "<R><A><B>one<B>two</B></B></A></R>",
        ] {
            assert_eq!(read(body), Ok([Some("one".to_owned())]), "{body}");
        }
        for body in [
            "<R><A><B>one</B><B>two</B></A></R>",
            "<R><A><B>one</B></A><A><B>two</B></A></R>",
        ] {
            assert_eq!(read(body), Err(Unreadable::Mismatch), "{body}");
        }
        for body in [
            "<R><A><B>one</B></A></R><x/>",
            "<R><A><B>one</B></A></R><R></R>",
        ] {
            assert_eq!(read(body), Err(Unreadable::Xml), "{body}");
        }
    }

    #[test]
    fn names_count_in_stss_namespace_under_any_prefix_or_in_none() {
        let sts = STS_NAMESPACE;
        let own = [
            format!("<RResponse xmlns=\"{sts}\"><A><B>x</B></A></RResponse>"),
            format!("<s:RResponse xmlns:s=\"{sts}\"><s:A><s:B>x</s:B></s:A></s:RResponse>"),
            format!("<s:RResponse xmlns:s=\"{sts}\"><A xmlns=\"{sts}\"><B>x</B></A></s:RResponse>"),
            format!(
                "<RResponse xmlns=\"{sts}\" xmlns:e=\"urn:e\"><A><e:B>y</e:B><B>x</B></A></RResponse>"
            ),
            "<RResponse><A><B>x</B></A></RResponse>".to_owned(),
        ];
        for body in own {
            assert_eq!(read(&body), Ok([Some("x".to_owned())]), "{body}");
        }
        let unseen = [
            format!("<RResponse xmlns=\"{sts}\"><A><B xmlns=\"urn:e\">x</B></A></RResponse>"),
            format!("<RResponse xmlns=\"{sts}\"><A><B xmlns=\"\">x</B></A></RResponse>"),
            format!("<RResponse xmlns=\"{sts}\"><A xmlns=\"urn:e\"><B>x</B></A></RResponse>"),
            format!("<RResponse xmlns=\"{sts}\"><A><e:B>x</e:B></A></RResponse>"),
            format!("<s:RResponse xmlns:s=\"{sts}\"><A><B>x</B></A></s:RResponse>"),
            format!("<RResponse><A xmlns=\"{sts}\"><B>x</B></A></RResponse>"),
        ];
        for body in unseen {
            assert_eq!(read(&body), Ok([None]), "{body}");
        }
        let foreign = [
            "<RResponse xmlns=\"http://evil.example/ns\"><A><B>x</B></A></RResponse>",
            "<s:RResponse><s:A><s:B>x</s:B></s:A></s:RResponse>",
            "<s:RResponse xmlns:s=\"urn:e\"><A><B>x</B></A></s:RResponse>",
        ];
        for body in foreign {
            assert_eq!(read(body), Err(Unreadable::Mismatch), "{body}");
        }
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
            answer(&[0xFF, 0xFE, b'<'], "R", [(&["A"], Copied::Whole)]),
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
