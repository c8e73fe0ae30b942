//! `report.html`: one file that needs nothing beside it. The page is whole without its script; the script sorts, filters and
//! draws what the page already says.

mod curves;
mod decision;
mod documents;
mod downloads;
mod endpoints;
mod findings;
#[cfg(test)]
mod html_tests;
mod page;
mod phases;
mod plot;
mod section;
mod shell;
mod tabs;
mod timeline;

pub(crate) use documents::{comparison_page, matrix_page, trend_page};
pub(crate) use page::page;
