//! The command line. It reads options, calls what they ask for, prints the result and ends the process; what is worth
//! testing without a terminal lives elsewhere.

mod command_error;
mod commands;
mod console;
mod ending;
mod exit_code;
mod exit_line;
mod exports;
mod emulator;
mod options;
mod output_dir;
mod program;
mod rendering;
mod report_files;
mod state;
mod stores;
mod text_file;

pub use exit_code::Exit;
#[cfg(any(test, fuzzing))]
pub(crate) use options::draft::planned;
pub use program::run;
