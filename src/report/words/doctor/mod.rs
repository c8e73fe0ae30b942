//! What an examination of the environment found: one sentence for each finding, and what to do about it.

mod failure;
mod remedy;
mod sentence;
