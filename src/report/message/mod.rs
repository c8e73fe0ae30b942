//! A run or a comparison in a few lines: for a chat, for a pull request, for a badge.

mod badge;
mod of_comparison;
mod of_report;
mod pr_comment;
mod slack;
#[cfg(test)]
mod message_tests;
mod value;

pub(crate) use badge::badge;
pub(crate) use of_comparison::of_comparison;
pub(crate) use of_report::of_report;
pub(crate) use pr_comment::pr_comment;
pub(crate) use slack::slack;
