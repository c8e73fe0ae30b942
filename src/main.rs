//! The `stsbench` program: parse, run, tell how it ended.

use stsbench::cli::{self, Exit};

fn main() -> Exit {
    cli::run(std::env::args_os())
}
