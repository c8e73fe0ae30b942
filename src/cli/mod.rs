//! DOOR: the command line. It reads options, calls what they ask for, prints the result and ends the process; what is worth
//! testing without a terminal lives elsewhere.

mod caller;
mod command_error;
mod commands;
mod console;
mod course;
mod draft;
mod exit_code;
mod exit_line;
mod exports;
mod fleet;
mod measure;
mod open_files;
mod options;
mod output_dir;
mod parameters;
mod program;
mod rendering;
mod report_files;
mod session;
mod stages;
mod state;
mod text_file;
mod windows;

pub use exit_code::Exit;
pub use program::run;
