//! What charts of rows, strips and panels are laid out with.

pub(crate) mod dots;
pub(crate) mod heat;
pub(crate) mod panes;
pub(crate) mod rows;
pub(crate) mod signed;
pub(crate) mod strips;
pub(crate) mod whisker;
pub(crate) mod world;
