//! Objects of a bucket.

use std::path::PathBuf;
use std::time::Duration;

use reqwest::Method;
use rusty_s3::S3Action as _;
use rusty_s3::actions::{GetObject, HeadObject, ListObjectsV2, PutObject};
use time::Date;

use crate::store::access::S3Access;
use crate::store::error::StoreError;
use crate::store::layout::{RUNS, dated};
use crate::store::manifest::MANIFEST_FILE;
use crate::store::objects::{Listed, MOST_OBJECTS, MOST_PAGES, Objects, Put};
use crate::store::store_uri::StoreUri;

use super::client::{Answered, Request, S3Client};
use super::fault::S3Fault;

/// Objects in a bucket.
#[derive(Debug)]
pub(crate) struct S3Objects {
    uri: StoreUri,
    prefix: String,
    client: S3Client,
}

impl S3Objects {
    /// Those whose names begin with `prefix`. Nothing is sent.
    pub(crate) fn new(bucket: &str, prefix: &str, access: &S3Access) -> Result<Self, StoreError> {
        Ok(Self {
            uri: StoreUri::S3 {
                bucket: bucket.to_owned(),
                prefix: prefix.to_owned(),
            },
            prefix: prefix.to_owned(),
            client: S3Client::new(bucket, access)?,
        })
    }

    fn refused(&self, action: &'static str, key: &str, answered: &Answered) -> StoreError {
        let fault = &answered.fault;
        if fault.code() == "NoSuchBucket" {
            return StoreError::Missing {
                store: self.uri.to_string(),
                what: "there is no such bucket",
            };
        }
        self.failed(action, key, format!("{fault}{}", fault.hint(action)))
    }

    /// An answer that is no refusal and does not come from a server of S3, which names the version of each object.
    fn not_of_s3(&self, action: &'static str, key: &str, answered: &Answered) -> StoreError {
        let fault = S3Fault::of_a_stranger(answered.status);
        self.failed(action, key, fault.to_string())
    }

    fn failed(&self, action: &'static str, key: &str, reason: String) -> StoreError {
        StoreError::Refused {
            store: self.uri.to_string(),
            action,
            key: key.to_owned(),
            reason,
        }
    }

    /// One page of names, and the token of the next.
    fn page(
        &self,
        after: &str,
        token: Option<&str>,
    ) -> Result<(Vec<String>, Option<String>), StoreError> {
        let prefix = format!("{}{RUNS}", self.prefix);
        let request = Request::plain(Method::GET);
        let answered = self.client.send(&request, MOST_PAGE_BYTES, |bucket| {
            let mut list = ListObjectsV2::new(bucket, None);
            list.with_prefix(prefix.as_str());
            match token {
                Some(token) => list.with_continuation_token(token.to_owned()),
                None if !after.is_empty() => list.with_start_after(after.to_owned()),
                None => {}
            }
            list.sign(UNSIGNED)
        })?;
        if answered.status != 200 {
            return Err(self.refused("to list", &prefix, &answered));
        }
        let parsed = std::str::from_utf8(&answered.body)
            .ok()
            .and_then(|text| ListObjectsV2::parse_response(text).ok());
        let Some(parsed) = parsed else {
            return Err(self.not_of_s3("to list", &prefix, &answered));
        };
        let names = parsed.contents.into_iter().map(|object| object.key);
        Ok((names.collect(), parsed.next_continuation_token))
    }

    fn write(
        &self,
        key: &str,
        body: &[u8],
        headers: &'static [(&'static str, &'static str)],
    ) -> Result<Answered, StoreError> {
        let name = format!("{}{key}", self.prefix);
        let method = Method::PUT;
        let request = Request {
            method,
            headers,
            body,
        };
        self.client.send(&request, 0, |bucket| {
            PutObject::new(bucket, None, &name).sign(UNSIGNED)
        })
    }

    /// Whether an object bears the name, as far as that may be asked.
    fn look(&self, key: &str) -> Result<Look, StoreError> {
        let name = format!("{}{key}", self.prefix);
        let request = Request::plain(Method::HEAD);
        let answered = self.client.send(&request, 0, |bucket| {
            HeadObject::new(bucket, None, &name).sign(UNSIGNED)
        })?;
        match answered.status {
            200 if !answered.has_etag => Err(self.not_of_s3("to look for", key, &answered)),
            200 => Ok(Look::There),
            404 => Ok(Look::Free),
            _ => Ok(Look::NotTold),
        }
    }

    fn read(&self, key: &str, limit_bytes: u64) -> Result<Answered, StoreError> {
        let name = format!("{}{key}", self.prefix);
        let request = Request::plain(Method::GET);
        self.client.send(&request, limit_bytes, |bucket| {
            GetObject::new(bucket, None, &name).sign(UNSIGNED)
        })
    }
}

impl Objects for S3Objects {
    fn put_new(&self, key: &str, bytes: &[u8]) -> Result<Put, StoreError> {
        // Some servers take the condition and do not heed it, so it is looked first, where that is allowed.
        let look = self.look(key)?;
        if look == Look::There {
            return Ok(Put::Exists);
        }
        let answered = self.write(key, bytes, &[("if-none-match", "*")])?;
        let answered = match answered.status {
            // A server that knows no conditions: nothing of that name was there a moment ago.
            501 if look == Look::Free => self.write(key, bytes, &[])?,
            _ => answered,
        };
        match answered.status {
            200 | 201 | 204 if answered.has_etag => Ok(Put::Written),
            200 | 201 | 204 => Err(self.not_of_s3("to write", key, &answered)),
            412 => Ok(Put::Exists),
            // Somebody else wrote it all the while: what they came to is what counts.
            409 if self.look(key)? == Look::There => Ok(Put::Exists),
            _ => Err(self.refused("to write", key, &answered)),
        }
    }

    fn get(&self, key: &str, limit_bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let answered = self.read(key, limit_bytes)?;
        match answered.status {
            200 => Ok(Some(answered.body)),
            404 if answered.fault.code() != "NoSuchBucket" => Ok(None),
            _ => Err(self.refused("to read", key, &answered)),
        }
    }

    fn manifests(
        &self,
        since: Option<Date>,
        each: &mut dyn FnMut(Listed<'_>),
    ) -> Result<(), StoreError> {
        let after = since.map_or_else(String::new, |date| {
            format!("{}{RUNS}dt={}", self.prefix, dated(date))
        });
        let (mut token, mut seen) = (None, 0);
        for page in 1.. {
            let (names, next) = self.page(&after, token.as_deref())?;
            seen += names.len();
            for name in &names {
                let key = name.strip_prefix(&self.prefix);
                if let Some(key) = key.filter(|key| key.ends_with(MANIFEST_FILE)) {
                    each(Listed::Manifest(key));
                }
            }
            if next.is_none() {
                return Ok(());
            }
            let store = self.uri.to_string();
            if seen > MOST_OBJECTS {
                let limit = MOST_OBJECTS;
                return Err(StoreError::TooMany { store, limit });
            }
            // A server that gives the same token again would be listed forever.
            if page == MOST_PAGES || names.is_empty() || next == token {
                return Err(StoreError::EndlessList { store, pages: page });
            }
            token = next;
        }
        Ok(())
    }

    fn local_path(&self, _: &str) -> Option<PathBuf> {
        None
    }
}

/// What is told of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// An object bears it.
    There,
    /// No object does.
    Free,
    /// Nothing: who may not list a bucket is refused what is missing, too.
    NotTold,
}

/// URLs are signed for no time: without credentials the library only writes them.
const UNSIGNED: Duration = Duration::ZERO;

/// A page has a thousand names of at most a kilobyte.
const MOST_PAGE_BYTES: u64 = 16 * 1024 * 1024;
