//! `stsbench serve`: options → schedule → a session for each window → metrics and a page.

mod command;
mod observer;
pub(crate) mod options;
mod settings;
mod window;

pub(crate) use command::serve;
