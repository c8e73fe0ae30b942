//! MATRIX: runs of several places side by side, one row for each place. Every row is judged at a confidence at which what is
//! said about all of them holds together. Nothing compares one place with another: they were measured at different times
//! and over different networks.

mod builder;
#[cfg(test)]
pub(crate) mod matrix_tests;
mod value;

pub(crate) use builder::{MatrixBuilder, MatrixError};
pub(crate) use value::{CellStanding, Matrix, MatrixCell, MatrixEndpoint, MatrixRow};
