//! The kernel link as its users meet it: who may have it, what is said where it cannot be had, and what it leaves behind.

use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;
use std::time::Duration;

use crate::support::{Home, Ran, TestEmulator, alone, eventually, kernel_link, not_tested};

const KERNEL: &str =
    "link = \"kernel\"\nendpoints = \"global,eu-central-1\"\nrtt_ms = { \"*\" = 5 }\n";

/// The device behind which the fleet is, by the route to it. Other fleets may come and go meanwhile.
fn device_towards(address: SocketAddr) -> Option<String> {
    let std::net::IpAddr::V4(ip) = address.ip() else {
        panic!("{address} is no IPv4 address")
    };
    let [first, second, third, _] = ip.octets();
    let block = format!(
        "{:08X}",
        u32::from_ne_bytes([first, second, third & 0xFE, 0])
    );
    let table = std::fs::read_to_string("/proc/self/net/route").expect("Linux has one");
    let mut rows = table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    rows.find(|row| row.get(1) == Some(&block.as_str()))
        .map(|row| row[0].to_owned())
}

/// The network namespaces of a process's threads.
fn namespaces(process: u32) -> Vec<u64> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).expect("it runs");
    let inode = |path: std::path::PathBuf| {
        std::fs::metadata(path.join("ns/net"))
            .map(|metadata| metadata.ino())
            .ok()
    };
    threads
        .filter_map(|thread| inode(thread.ok()?.path()))
        .collect()
}

/// Whether any process of this machine is in the namespace.
fn is_inhabited(namespace: u64) -> bool {
    let processes = std::fs::read_dir("/proc")
        .expect("Linux has one")
        .filter_map(Result::ok);
    let inode =
        |entry: std::fs::DirEntry| std::fs::metadata(entry.path().join("ns/net")).map(|m| m.ino());
    processes
        .filter_map(|entry| inode(entry).ok())
        .any(|found| found == namespace)
}

#[test]
fn nothing_is_left_of_a_fleet_that_was_killed() {
    let _turn = alone();
    if !kernel_link() {
        return;
    }
    let fleet = TestEmulator::start(KERNEL);
    let address = fleet.endpoint("global").endpoint.address;
    let address = address.expect("it listens");
    let device = device_towards(address).expect("there is a route while it runs");
    assert!(device.starts_with("stsbench"), "{device}");
    let here = namespaces(std::process::id())[0];
    let made: Vec<u64> = namespaces(fleet.id())
        .into_iter()
        .filter(|namespace| *namespace != here)
        .collect();
    assert_eq!(made.len(), 1, "one thread is in a namespace of its own");
    // Kills it.
    drop(fleet);
    eventually("the end of device and route", || {
        device_towards(address).is_none()
    });
    let mounts = std::fs::read_to_string("/proc/self/mounts").expect("Linux has them");
    assert!(
        !is_inhabited(made[0]) && !mounts.contains(" nsfs "),
        "nothing holds the namespace"
    );
}

#[test]
fn fleets_at_once_have_addresses_of_their_own_and_are_told_apart() {
    let _turn = alone();
    if !kernel_link() {
        return;
    }
    let fleets = [
        TestEmulator::start(KERNEL),
        TestEmulator::start(KERNEL),
        TestEmulator::start(KERNEL),
    ];
    let mut addresses: Vec<_> = fleets
        .iter()
        .flat_map(TestEmulator::endpoints)
        .map(|e| e.endpoint.address.expect("it listens").ip())
        .collect();
    for fleet in &fleets {
        let address = fleet
            .endpoint("global")
            .endpoint
            .address
            .expect("it listens");
        std::net::TcpStream::connect_timeout(&address, Duration::from_secs(5))
            .expect("each is reached");
    }
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), 6);
    for fleet in fleets {
        let ledger = fleet.finish();
        assert_eq!(
            ledger.endpoints["global"].connections, 1,
            "each call reached the fleet that it was for"
        );
        // Connections, not packets: an address may have been that of an earlier fleet, whose clients still close.
        assert_eq!(ledger.endpoints["eu-central-1"].connections, 0);
    }
}

#[test]
fn a_simulated_run_takes_the_kernel_link_where_it_can_and_says_so() {
    let _turn = alone();
    if !kernel_link() {
        return;
    }
    let home = Home::new();
    let arguments = "--simulate --endpoints=global,eu-central-1 --operations=get-caller-identity --rounds=16 --blocks=4 \
        --connections=cold,warm --rate-per-endpoint=6 --seed=3 --quiet";
    home.measure(&arguments.split_whitespace().collect::<Vec<_>>())
        .measures();
    let simulation = home
        .stored()
        .header
        .vantage
        .simulation
        .expect("it was simulated");
    assert_eq!(
        (simulation.link.as_str(), simulation.why_not_kernel),
        ("kernel", None)
    );
    assert!(
        home.result("report.md")
            .contains("TCP's handshakes included (kernel link)")
    );
    let own =
        "--simulate --link=bytes --endpoints=eu-central-1 --rounds=4 --blocks=2 --quiet --force";
    home.measure(&own.split_whitespace().collect::<Vec<_>>())
        .measures();
    assert_eq!(
        home.stored()
            .header
            .vantage
            .simulation
            .expect("simulated")
            .link,
        "bytes"
    );
    assert!(
        home.result("report.md")
            .contains("TCP's own handshake was not. "),
        "no reason is given for a choice"
    );
}

#[test]
fn bad_link_options_are_refused_before_anything_is_sent() {
    let home = Home::new();
    home.run(["run", "--link", "kernel", "--endpoints", "global"])
        .refuses(2, &["--simulate"]);
    home.run(["run", "--simulate", "--link", "wire"])
        .refuses(2, &["wire", "auto, kernel, bytes, undelayed"]);
    home.run(["emulate", "--loss", "0.1"])
        .refuses(2, &["fleet path", "kernel link alone"]);
    home.run(["emulate", "--link", "kernel", "--loss", "2"])
        .refuses(2, &["--loss", "from 0 to 1"]);
}

/// The program as `nobody` runs it. `device` is the mode that it finds `/dev/net/tun` with; both are changed in a mount
/// namespace that ends with it.
fn as_nobody(device: &str, arguments: &str) -> Option<(tempfile::TempDir, Ran)> {
    let is_root = rustix::process::getuid().is_root();
    let tools = ["setpriv", "unshare"]
        .iter()
        .all(|tool| Command::new(tool).arg("--version").output().is_ok());
    if !(is_root && tools) {
        not_tested("what other users get: this is not root, or setpriv or unshare is missing");
        return None;
    }
    if !kernel_link() {
        return None;
    }
    let place = tempfile::tempdir().expect("a directory");
    let script = format!(
        "set -e; mount -t tmpfs none {place}; cp {program} {place}/stsbench; mknod {place}/tun c 10 200; \
         chmod {device} {place}/tun; mount --bind {place}/tun /dev/net/tun; chmod 777 {place}; cd {place}; \
         exec setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME={place} ./stsbench {arguments}",
        place = place.path().display(),
        program = env!("CARGO_BIN_EXE_stsbench"),
    );
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--propagation", "private", "sh", "-c", &script])
        .stdin(std::process::Stdio::null());
    Some((place, Ran::of(command.output().expect("it starts"))))
}

const SHORT: &str = "run --simulate --endpoints eu-central-1 --operations get-caller-identity --connections cold \
    --rounds 4 --blocks 2 --rate-per-endpoint 6 --format json --quiet --out out";

#[test]
fn a_user_without_rights_has_the_kernel_link_in_a_namespace_of_his_own() {
    let _turn = alone();
    let Some((_place, ran)) = as_nobody("666", &format!("{SHORT} --link kernel")) else {
        return;
    };
    let user_namespaces =
        std::fs::read_to_string("/proc/sys/user/max_user_namespaces").unwrap_or_default();
    if user_namespaces.trim() == "0" || ran.stderr.contains("user namespace") {
        return not_tested(&format!("user namespaces: {}", ran.stderr.trim()));
    }
    let ran = ran.measures();
    assert!(
        ran.stdout.contains("\"link\": \"kernel\""),
        "{}",
        ran.stdout
    );
}

#[test]
fn without_the_device_auto_falls_back_and_says_why_and_kernel_is_refused() {
    let _turn = alone();
    let Some((_place, ran)) = as_nobody("600", SHORT) else {
        return;
    };
    let ran = ran.measures();
    assert!(ran.stdout.contains("\"link\": \"bytes\""), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("the kernel link needs /dev/net/tun: Permission denied"),
        "{}",
        ran.stdout
    );
    let (_place, ran) =
        as_nobody("600", &format!("{SHORT} --link kernel")).expect("it could be tested just now");
    ran.refuses(
        2,
        &["the kernel link needs /dev/net/tun: Permission denied (os error 13)\n"],
    );
}

#[test]
fn without_the_rights_a_fleet_of_its_own_is_refused_by_name() {
    let _turn = alone();
    let Some((_place, ran)) = as_nobody(
        "666",
        "emulate --link kernel --endpoints global --until-stdin-ends",
    ) else {
        return;
    };
    ran.refuses(2, &["the kernel link needs CAP_NET_ADMIN"]);
}
