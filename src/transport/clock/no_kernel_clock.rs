//! Where the system timestamps no bytes of TCP: every attempt is refused, and the transport reads its own clock.

use std::convert::Infallible;
use std::io;

use tokio::net::TcpStream;

use crate::transport::clock::timestamps::{Arrived, Departed};

/// Cannot be had here.
#[derive(Debug)]
pub(crate) struct KernelTimestamping(Infallible);

/// Cannot be had here.
#[derive(Debug)]
pub(crate) struct KernelClock(Infallible);

impl KernelTimestamping {
    pub(crate) fn keep() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl KernelClock {
    pub(crate) fn attach(_: &TcpStream) -> Option<Self> {
        None
    }

    pub(crate) fn forget(&mut self) {
        match self.0 {}
    }

    pub(crate) fn wrote(&mut self, _: usize) {
        match self.0 {}
    }

    pub(crate) fn read(&self, _: &TcpStream, _: &mut [u8]) -> io::Result<Arrived> {
        match self.0 {}
    }

    pub(crate) fn departed(&mut self, _: &TcpStream) -> Option<Departed> {
        match self.0 {}
    }
}
