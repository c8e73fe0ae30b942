//! Which host this is, as far as a certificate is bound to it.

use std::fs::File;
use std::io::Read as _;

use crate::results::Host;

/// The host that this program runs on.
pub(crate) fn this_host() -> Host {
    let system = rustix::system::uname();
    let text = |part: &std::ffi::CStr| plain(&part.to_string_lossy());
    Host {
        name: text(system.nodename()),
        kernel: format!("{} {}", text(system.sysname()), text(system.release())),
        cpu: processor_file()
            .map(|file| processor(&file))
            .unwrap_or_default(),
        cores: std::thread::available_parallelism()
            .map_or(1, |cores| u32::try_from(cores.get()).unwrap_or(u32::MAX)),
    }
}

/// What Linux says about the processors; of hundreds of them the first is enough.
fn processor_file() -> Option<String> {
    let mut bytes = Vec::new();
    File::open("/proc/cpuinfo")
        .ok()?
        .take(64 * 1024)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The model of the first processor in a text like `/proc/cpuinfo`. x86 names the model; Arm numbers its designer and part.
fn processor(text: &str) -> String {
    let field = |name: &str| {
        let values = text.lines().filter_map(|line| line.split_once(':'));
        values
            .filter(|(key, _)| key.trim() == name)
            .map(|(_, value)| plain(value))
            .find(|value| !value.is_empty())
    };
    let numbered = || {
        Some(format!(
            "implementer {}, part {}",
            field("CPU implementer")?,
            field("CPU part")?
        ))
    };
    field("model name").or_else(numbered).unwrap_or_default()
}

/// Short, without control characters and with single spaces.
fn plain(text: &str) -> String {
    let words: Vec<_> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|w| !w.is_empty())
        .collect();
    words.join(" ").chars().take(128).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_host_is_itself_each_time() {
        let host = this_host();
        assert_eq!(host, this_host());
        assert!(host.cores > 0 && host.kernel.contains(' '), "{host:?}");
    }

    #[test]
    fn the_processor_is_read_from_what_each_architecture_writes() {
        let x86 = "processor\t: 0\nmodel\t\t: 85\nmodel name\t: Intel(R)  Xeon(R)\tCPU @ 2.50GHz\n\nprocessor\t: 1\n";
        assert_eq!(processor(x86), "Intel(R) Xeon(R) CPU @ 2.50GHz");
        let arm = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n";
        assert_eq!(processor(arm), "implementer 0x41, part 0xd0c");
        assert_eq!(processor("nothing : of the kind\nmodel name :\n"), "");
    }

    #[test]
    fn names_are_short_and_plain() {
        assert_eq!(plain("\u{1b}[31m  a\nb\u{0}c"), "[31m a b c");
        assert_eq!(plain(&"é".repeat(1000)).chars().count(), 128);
    }
}
