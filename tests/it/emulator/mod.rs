//! The emulator as a process: its page, its faults, its answers, its links.

pub mod answers;
mod any_answer;
mod faults;
mod links;
mod operations;
mod page;
mod servers;
