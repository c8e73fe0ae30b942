//! A scripted peer on loopback for this module's tests: it counts what reaches it and answers byte for byte by a script.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rcgen::{
    BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, SupportedProtocolVersion};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use super::{Connection, Transport, Trust};
use crate::plan::{ConnectionMode, Deadlines, Target};
use crate::sign::SignedRequest;
use sts_model::Operation;
use sts_model::{Endpoint, Origin};

/// What the peer does next on a connection; after the last step it closes.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Reads one whole request.
    Hear,
    /// Sends these bytes.
    Say(Vec<u8>),
    /// Sends these bytes one by one.
    Drip(&'static [u8], Duration),
    /// Waits.
    Pause(Duration),
    /// Resets the connection instead of closing it; has to be the last step.
    Reset,
    /// Keeps the connection open for as long as the test runs.
    Hold,
}

pub(super) fn say(text: &str) -> Step {
    Step::Say(text.as_bytes().to_vec())
}

/// A whole answer of STS's kind.
pub(super) const ANSWER: &str =
    "HTTP/1.1 200 OK\r\nx-amzn-requestid: 7a62c49f\r\ncontent-length: 4\r\n\r\n<a/>";

/// The peer.
pub(super) struct ScriptedPeer {
    pub(super) address: SocketAddr,
    ledger: Arc<Ledger>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Ledger {
    connections: AtomicUsize,
    requests: AtomicUsize,
    bytes: AtomicUsize,
}

impl Drop for ScriptedPeer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl ScriptedPeer {
    /// Plays one script for each connection in turn, the last one for all that follow.
    pub(super) async fn plain(scripts: Vec<Vec<Step>>) -> Self {
        Self::open(scripts, None).await
    }

    /// The same behind a handshake.
    pub(super) async fn tls(scripts: Vec<Vec<Step>>, config: ServerConfig) -> Self {
        Self::open(scripts, Some(TlsAcceptor::from(Arc::new(config)))).await
    }

    async fn open(scripts: Vec<Vec<Step>>, acceptor: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has a free port");
        let address = listener
            .local_addr()
            .expect("a bound listener has an address");
        let ledger = Arc::new(Ledger::default());
        let counted = Arc::clone(&ledger);
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let number = counted.connections.fetch_add(1, Ordering::SeqCst);
                let script = scripts[number.min(scripts.len() - 1)].clone();
                let (acceptor, ledger) = (acceptor.clone(), Arc::clone(&counted));
                tokio::spawn(async move {
                    if matches!(script.last(), Some(Step::Reset)) {
                        socket
                            .set_zero_linger()
                            .expect("a socket can be told to reset");
                    }
                    perform(socket, acceptor, script, &ledger).await;
                });
            }
        });
        Self {
            address,
            ledger,
            task,
        }
    }

    /// Connections accepted.
    pub(super) fn connections(&self) -> usize {
        self.ledger.connections.load(Ordering::SeqCst)
    }

    /// Whole requests heard.
    pub(super) fn requests(&self) -> usize {
        self.ledger.requests.load(Ordering::SeqCst)
    }

    /// Bytes of requests heard, whole or not; above TLS.
    pub(super) fn bytes(&self) -> usize {
        self.ledger.bytes.load(Ordering::SeqCst)
    }

    /// `http://127.0.0.1:port`
    pub(super) fn plain_target(&self, connection: ConnectionMode) -> Target {
        target(&format!("http://{}", self.address), connection)
    }

    /// A real host name at the peer's address.
    pub(super) fn tls_target(&self, connection: ConnectionMode) -> Target {
        let mut target = target(&format!("https://{HOST}"), connection);
        target.endpoint.address = Some(self.address);
        target
    }
}

async fn perform(
    socket: TcpStream,
    acceptor: Option<TlsAcceptor>,
    script: Vec<Step>,
    ledger: &Ledger,
) {
    match acceptor {
        None => play(socket, script, ledger).await,
        Some(acceptor) => {
            if let Ok(stream) = acceptor.accept(socket).await {
                play(stream, script, ledger).await;
            }
        }
    }
}

async fn play<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    script: Vec<Step>,
    ledger: &Ledger,
) {
    for step in script {
        // A client that has given up is no fault of the peer's.
        let _ = match step {
            Step::Hear => hear(&mut stream, ledger).await,
            Step::Say(bytes) => {
                let said = stream.write_all(&bytes).await;
                said.and(stream.flush().await)
            }
            Step::Drip(bytes, gap) => drip(&mut stream, bytes, gap).await,
            Step::Pause(time) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
            Step::Reset => return,
            Step::Hold => std::future::pending().await,
        };
    }
    let _ = stream.shutdown().await;
}

async fn drip<S: AsyncWrite + Unpin>(
    stream: &mut S,
    bytes: &[u8],
    gap: Duration,
) -> std::io::Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte]).await?;
        stream.flush().await?;
        tokio::time::sleep(gap).await;
    }
    Ok(())
}

async fn hear<S: AsyncRead + Unpin>(stream: &mut S, ledger: &Ledger) -> std::io::Result<()> {
    let mut heard = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&heard);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                ledger.requests.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
        }
        let mut piece = [0; 4096];
        let read = stream.read(&mut piece).await?;
        ledger.bytes.fetch_add(read, Ordering::SeqCst);
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        heard.extend_from_slice(&piece[..read]);
    }
}

/// The host of TLS targets.
pub(super) const HOST: &str = "sts.eu-central-1.amazonaws.com";

/// A target at `url`.
pub(super) fn target(url: &str, connection: ConnectionMode) -> Target {
    let origin = Origin::parse(url).expect("the test's URL is an origin");
    let endpoint = Endpoint::custom("stage", origin).expect("the test's name is one");
    Target {
        endpoint,
        call: Operation::GetCallerIdentity.default_call(),
        connection,
    }
}

/// A request for `target`, as a signer would make it.
pub(super) fn request(target: &Target) -> Rc<SignedRequest> {
    Rc::new(SignedRequest::new(
        target.endpoint.origin.authority(),
        target.endpoint.origin.path().to_owned(),
        vec![(
            "authorization".to_owned(),
            Zeroizing::new("AWS4-HMAC-SHA256 canary".to_owned()),
        )],
        Zeroizing::new(target.call.form()),
    ))
}

/// Deadlines that a test can wait for.
pub(super) fn short() -> Deadlines {
    Deadlines {
        dns: Duration::from_millis(100),
        connect: Duration::from_secs(5),
        tls: Duration::from_millis(400),
        first_byte: Duration::from_millis(150),
        total: Duration::from_secs(5),
    }
}

/// Deadlines that no test waits for.
pub(super) fn long() -> Deadlines {
    Deadlines::default()
}

/// One exchange over a fresh connection.
pub(super) async fn once<T: Transport>(transport: &T, target: &Target) -> super::TimedExchange {
    transport.connection(target).exchange(request(target)).await
}

/// A certificate authority of the test's own.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names are fine");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().expect("keys can be made");
        let pem = params.self_signed(&key).expect("a root signs itself").pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// Trust that includes this authority.
    pub(super) fn trust(&self) -> Trust {
        Trust::public()
            .with_authority(self.pem.as_bytes())
            .expect("the authority's own PEM")
    }

    /// A server that shows a good certificate for [`HOST`].
    pub(super) fn server(&self) -> ServerConfig {
        self.server_with(|_| ())
    }

    /// A server whose certificate has been changed.
    pub(super) fn server_with(&self, change: impl FnOnce(&mut CertificateParams)) -> ServerConfig {
        self.server_speaking(rustls::ALL_VERSIONS, change)
    }

    /// A server of these protocol versions only.
    pub(super) fn server_speaking(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        change: impl FnOnce(&mut CertificateParams),
    ) -> ServerConfig {
        let mut params = CertificateParams::new(vec![HOST.to_owned()]).expect("a DNS name");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        change(&mut params);
        let key = KeyPair::generate().expect("keys can be made");
        let certificate = params
            .signed_by(&key, &self.issuer)
            .expect("the authority signs");
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_protocol_versions(versions)
            .expect("the provider speaks them")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("key and certificate belong together")
    }
}
