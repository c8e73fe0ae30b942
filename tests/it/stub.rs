//! A peer that speaks just enough HTTP to be called as STS: it keeps what it heard and answers as told.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// One request as it came: head and body.
#[derive(Debug, Clone)]
pub struct Heard {
    pub head: String,
    pub body: String,
}

impl Heard {
    /// The value of a header.
    pub fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then_some(value.trim())
        });
        line.unwrap_or_default()
    }
}

/// The peer; it serves on loopback for as long as the test binary runs.
pub struct Stub {
    url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Stub {
    /// Answers every request with what `answer` makes of it.
    pub fn start<A: Into<Vec<u8>>>(answer: impl Fn(&Heard) -> A + Send + Sync + 'static) -> Self {
        Self::on(
            TcpListener::bind("127.0.0.1:0").expect("a free port"),
            answer,
        )
    }

    /// The same, on a socket that listens already.
    pub fn on<A: Into<Vec<u8>>>(
        listener: TcpListener,
        answer: impl Fn(&Heard) -> A + Send + Sync + 'static,
    ) -> Self {
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (books, answer) = (Arc::clone(&heard), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (books, answer) = (Arc::clone(&books), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &books, &|heard| answer(heard).into()));
            }
        });
        Self { url, heard }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn serve(mut stream: TcpStream, books: &Mutex<Vec<Heard>>, answer: &dyn Fn(&Heard) -> Vec<u8>) {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let mut heard = Heard {
                head: head.to_owned(),
                body: String::new(),
            };
            let length: usize = heard.header("content-length").parse().unwrap_or(0);
            if body.len() >= length {
                heard.body = body[..length].to_owned();
                bytes.drain(..head.len() + 4 + length);
                let reply = answer(&heard);
                books
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(heard);
                if stream.write_all(&reply).is_err() {
                    return;
                }
                continue;
            }
        }
        match stream.read(&mut chunk) {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return,
        }
    }
}

/// A whole HTTP response.
pub fn response(status: &str, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// What STS would answer to `heard`, for a caller with this ARN.
pub fn sts(heard: &Heard, arn: &str, headers: &str) -> String {
    let result = if heard.body.contains("Action=GetSessionToken") {
        "<GetSessionTokenResponse><GetSessionTokenResult><Credentials><AccessKeyId>ASIARETURNEDCANARY22</AccessKeyId>\
         <SecretAccessKey>returnedCANARYreturnedCANARYreturned4242</SecretAccessKey><SessionToken>tokenCANARYtokenCANARY\
         </SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></GetSessionTokenResult>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetSessionTokenResponse>"
            .to_owned()
    } else {
        format!(
            "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>{arn}</Arn><UserId>u</UserId>\
             <Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId>\
             </ResponseMetadata></GetCallerIdentityResponse>"
        )
    };
    response(
        "200 OK",
        &format!("content-type: text/xml\r\n{headers}"),
        &result,
    )
}

/// An ordinary user's ARN.
pub const USER: &str = "arn:aws:iam::123456789012:user/somebody";
