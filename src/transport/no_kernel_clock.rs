//! Where the system stamps no bytes of TCP: every attempt is refused, and the transport reads its own clock.

use std::convert::Infallible;
use std::io;

use tokio::net::TcpStream;

use super::stamps::{Arrived, Departed};

/// Cannot be had here.
#[derive(Debug)]
pub(super) struct Awake(Infallible);

/// Cannot be had here.
#[derive(Debug)]
pub(super) struct KernelClock(Infallible);

impl Awake {
    pub(super) fn keep() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl KernelClock {
    pub(super) fn attach(_: &TcpStream) -> Option<Self> {
        None
    }

    pub(super) fn forget(&mut self) {
        match self.0 {}
    }

    pub(super) fn wrote(&mut self, _: usize) {
        match self.0 {}
    }

    pub(super) fn read(&self, _: &TcpStream, _: &mut [u8]) -> io::Result<Arrived> {
        match self.0 {}
    }

    pub(super) fn departed(&mut self, _: &TcpStream) -> Option<Departed> {
        match self.0 {}
    }
}
