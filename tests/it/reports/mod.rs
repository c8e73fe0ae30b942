//! What is made of a run that is there already.

mod accepted;
mod advice;
mod certificate;
mod charset;
mod exports;
mod screen;
mod sharing;
mod side_by_side;
