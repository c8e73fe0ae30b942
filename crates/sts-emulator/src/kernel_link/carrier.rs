//! The thread that carries packets between two TUN devices in two network namespaces, each when it is due.
//!
//! One thread, one timer of the kernel's, no locks. Nothing outlives it: devices, routes and the namespace are held by open
//! files only, so they end with the process, however it ends.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Instant;

use nix::sched::{CloneFlags, unshare};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};
use tokio::io::unix::AsyncFd;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio_tun::{Tun, TunBuilder};

use crate::clock;
use crate::kernel_link::block::{BLOCK_MASK, Block, HALF_BITS, HALF_MASK};
use crate::kernel_link::delay_line::{DelayLine, Heading};
use crate::kernel_link::error::KernelLinkError;
use crate::kernel_link::path::Listeners;
use crate::kernel_link::path::Path;
use crate::kernel_link::{loopback, rights};
use crate::wire::timer::wake_lead::WakeLead;

/// A link that carries packets until it is dropped.
#[derive(Debug)]
pub(crate) struct KernelLink {
    client: IpAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Both ends of the link.
struct Devices {
    /// Where the clients are.
    near: Tun,
    /// Where the emulator is.
    far: Tun,
    block: Block,
}

impl KernelLink {
    /// Makes a network namespace with one endpoint for each of `paths`, reached from the caller's namespace through a
    /// delay line, and listens there. The caller stays where it is.
    ///
    /// # Errors
    /// What the system refuses; nothing is left behind then.
    pub(crate) fn open(paths: Vec<Path>) -> Result<(Self, Vec<Listeners>), KernelLinkError> {
        rights::check()?;
        let (report, reported) = mpsc::sync_channel(1);
        let (stop, stopped) = oneshot::channel();
        // Only a thread of its own can move to another network namespace and leave the others where they are.
        let body = move || serve(paths, &report, stopped);
        let spawned = std::thread::Builder::new()
            .name("sts-kernel-link".to_owned())
            .spawn(body);
        let thread = spawned.map_err(|reason| KernelLinkError::System {
            what: "start its thread",
            reason,
        })?;
        let (client, listeners) = reported
            .recv()
            .expect("the thread reports before it ends")?;
        Ok((
            Self {
                client,
                stop: Some(stop),
                thread: Some(thread),
            },
            listeners,
        ))
    }

    /// The one address from which the emulator is called.
    pub(crate) fn client(&self) -> IpAddr {
        self.client
    }
}

impl Drop for KernelLink {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of that thread has already been reported on its own; there is nothing to add here.
            let _ = thread.join();
        }
    }
}

/// Prepares, reports and carries.
fn serve(
    paths: Vec<Path>,
    report: &mpsc::SyncSender<Result<(IpAddr, Vec<Listeners>), KernelLinkError>>,
    stopped: oneshot::Receiver<()>,
) {
    match prepare(paths.len()) {
        Ok((runtime, devices, timer, listeners)) => {
            if report
                .send(Ok((IpAddr::V4(devices.block.client()), listeners)))
                .is_ok()
            {
                runtime.block_on(carry(&devices, &timer, DelayLine::new(paths), stopped));
            }
            let _inside = runtime.enter();
            drop((devices, timer));
        }
        Err(error) => {
            // The caller has gone if nobody receives this.
            let _ = report.send(Err(error));
        }
    }
}

type Prepared = (
    tokio::runtime::Runtime,
    Devices,
    AsyncFd<OwnedFd>,
    Vec<Listeners>,
);

/// Opens the near device, moves this thread to a namespace of its own, and opens everything else there.
fn prepare(endpoints: usize) -> Result<Prepared, KernelLinkError> {
    let refuse = |what| move |reason: std::io::Error| KernelLinkError::System { what, reason };
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(refuse("start its runtime"))?;
    let inside = runtime.enter();
    let block = Block::lease()?;
    let near = device(block.client(), BLOCK_MASK)?;
    unshare(CloneFlags::CLONE_NEWNET)
        .map_err(|error| refuse("make a network namespace")(error.into()))?;
    loopback::switch_on().map_err(refuse("switch the namespace's loopback on"))?;
    let first = block.endpoint(0).expect("a block has room for one");
    loopback::own(first, HALF_BITS).map_err(refuse("give the namespace its addresses"))?;
    let far = device(block.gateway(), HALF_MASK)?;
    let listen = |position| {
        let address = block
            .endpoint(position)
            .ok_or(KernelLinkError::TooManyEndpoints)?;
        Ok([listener(address)?, listener(address)?])
    };
    let listeners = (0..endpoints)
        .map(listen)
        .collect::<Result<_, KernelLinkError>>()?;
    let timer = timer().map_err(refuse("make a timer"))?;
    drop(inside);
    Ok((runtime, Devices { near, far, block }, timer, listeners))
}

/// A TUN device of the calling thread's network namespace. It ends when it is dropped.
fn device(address: Ipv4Addr, mask: Ipv4Addr) -> Result<Tun, KernelLinkError> {
    let built = TunBuilder::new()
        .name("stsbench%d")
        .address(address)
        .netmask(mask)
        .mtu(MTU_BYTES)
        .up()
        .build();
    let reason = match built {
        Ok(mut queues) => {
            return Ok(queues
                .pop()
                .expect("a device has one queue unless more are asked for"));
        }
        Err(tokio_tun::Error::IoError(error)) => error,
        Err(tokio_tun::Error::NixError(error)) => error.into(),
    };
    Err(KernelLinkError::System {
        what: "make a TUN device",
        reason,
    })
}

fn listener(address: Ipv4Addr) -> Result<TcpListener, KernelLinkError> {
    let listener = TcpListener::bind(SocketAddr::new(address.into(), 0));
    let listener = listener.and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    listener.map_err(|reason| KernelLinkError::System {
        what: "listen in its namespace",
        reason,
    })
}

/// The waits of the thread that carries.
struct Waits<'a> {
    timer: &'a AsyncFd<OwnedFd>,
    /// When the timer goes off next.
    armed: Option<Instant>,
    lead: WakeLead,
}

/// Carries until it is stopped or a device fails; then clients see their connections stall, as with a cut cable.
async fn carry(
    devices: &Devices,
    timer: &AsyncFd<OwnedFd>,
    mut line: DelayLine,
    mut stopped: oneshot::Receiver<()>,
) {
    let (mut outbound, mut inbound) = ([0; PACKET_BYTES], [0; PACKET_BYTES]);
    let mut waits = Waits {
        timer,
        armed: None,
        lead: WakeLead::new(clock::monotonic()),
    };
    loop {
        let outcome = tokio::select! {
            biased;
            _ = &mut stopped => return,
            ready = timer.readable() => ready.map(|mut guard| {
                // Setting the timer again takes its expiry back.
                guard.clear_ready();
                waits.went_off();
            }),
            received = devices.near.recv(&mut outbound) => {
                received.map(|bytes| devices.take_in(&mut line, Heading::ToEmulator, &mut outbound, bytes))
            }
            received = devices.far.recv(&mut inbound) => {
                received.map(|bytes| devices.take_in(&mut line, Heading::ToClient, &mut inbound, bytes))
            }
        };
        if outcome.is_err() {
            return;
        }
        devices.hand_over(&mut line);
        while waits.set(line.next_due()) == Wait::Awake {
            let began = clock::monotonic();
            devices.look(&mut line, &mut outbound);
            devices.hand_over(&mut line);
            waits.lead.spend(clock::monotonic() - began);
        }
    }
}

/// How the next packet is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wait {
    /// The timer tells.
    Asleep,
    /// It is about to arrive.
    Awake,
}

impl Waits<'_> {
    /// The timer went off.
    fn went_off(&mut self) {
        if let Some(armed) = self.armed.take() {
            self.lead
                .learn(clock::monotonic().saturating_duration_since(armed));
        }
    }

    /// Has the timer go off shortly before `due`, unless that is now.
    fn set(&mut self, due: Option<Instant>) -> Wait {
        let Some(due) = due else { return Wait::Asleep };
        let now = clock::monotonic();
        let lead = self.lead.lead(now);
        let left = due.saturating_duration_since(now);
        if left <= lead {
            return Wait::Awake;
        }
        let sleep = due - lead;
        if self.armed.is_none_or(|armed| armed > sleep) {
            let it_interval = Timespec {
                tv_sec: 0,
                tv_nsec: 0,
            };
            let it_value = Timespec::try_from(left - lead).unwrap_or(it_interval);
            let setting = Itimerspec {
                it_interval,
                it_value,
            };
            timerfd_settime(self.timer.get_ref(), TimerfdTimerFlags::empty(), &setting)
                .expect("a timer takes every positive time");
            self.armed = Some(sleep);
        }
        Wait::Asleep
    }
}

impl Devices {
    /// Takes in the packet that was read, and those behind it.
    fn take_in(
        &self,
        line: &mut DelayLine,
        heading: Heading,
        buffer: &mut [u8],
        first_bytes: usize,
    ) {
        let device = match heading {
            Heading::ToEmulator => &self.near,
            Heading::ToClient => &self.far,
        };
        let now = clock::monotonic();
        let mut bytes = first_bytes;
        for _ in 0..BURST {
            let packet = buffer.get(..bytes).unwrap_or_default();
            if let Some(path) = self.path(heading, packet) {
                line.admit(now, heading, path, packet);
            }
            let Ok(more) = device.try_recv(buffer) else {
                return;
            };
            bytes = more;
        }
    }

    /// Takes in what has come without waiting for more.
    fn look(&self, line: &mut DelayLine, buffer: &mut [u8]) {
        for (device, heading) in [
            (&self.near, Heading::ToEmulator),
            (&self.far, Heading::ToClient),
        ] {
            if let Ok(bytes) = device.try_recv(buffer) {
                self.take_in(line, heading, buffer, bytes);
            }
        }
    }

    /// Hands over what has arrived.
    fn hand_over(&self, line: &mut DelayLine) {
        while let Some(arrival) = line.arrived(clock::monotonic()) {
            let device = match arrival.heading {
                Heading::ToEmulator => &self.far,
                Heading::ToClient => &self.near,
            };
            line.settle(arrival.path, device.try_send(&arrival.packet).is_ok());
        }
    }

    /// The path of a packet between the client and an endpoint; the kernel's own chatter has none.
    fn path(&self, heading: Heading, packet: &[u8]) -> Option<usize> {
        let (source, destination) = ends(packet)?;
        let (client, endpoint) = match heading {
            Heading::ToEmulator => (source, destination),
            Heading::ToClient => (destination, source),
        };
        if client == self.block.client() {
            self.block.position(endpoint)
        } else {
            None
        }
    }
}

/// Source and destination of an IPv4 packet (RFC 791, 3.1).
fn ends(packet: &[u8]) -> Option<(Ipv4Addr, Ipv4Addr)> {
    let head: &[u8; 20] = packet.first_chunk()?;
    let address = |at: usize| Ipv4Addr::new(head[at], head[at + 1], head[at + 2], head[at + 3]);
    (head[0] >> 4 == 4).then(|| (address(12), address(16)))
}

/// A timer of the kernel's, which is not set.
#[expect(
    deprecated,
    reason = "the replacement is unsafe for types that may swap their file, which an OwnedFd cannot"
)]
fn timer() -> std::io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::new(timerfd_create(
        TimerfdClockId::Monotonic,
        TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC,
    )?)
}

/// Ethernet's, as on most ways through the internet.
const MTU_BYTES: i32 = 1_500;

const PACKET_BYTES: usize = 2_048;

/// Packets that are taken in before others are handed over.
const BURST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_ipv4_heads_have_ends() {
        let mut packet = [0; 40];
        packet[0] = 0x45;
        packet[12..16].copy_from_slice(&[198, 18, 0, 1]);
        packet[16..20].copy_from_slice(&[198, 18, 1, 1]);
        let ends_found = (Ipv4Addr::new(198, 18, 0, 1), Ipv4Addr::new(198, 18, 1, 1));
        assert_eq!(ends(&packet), Some(ends_found));
        assert_eq!(ends(&packet[..19]), None);
        packet[0] = 0x60;
        assert_eq!(ends(&packet), None, "IPv6 is the kernel's own chatter here");
    }
}
