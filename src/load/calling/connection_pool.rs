//! The connections of one target, and which call gets which.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::load::epoch::Epoch;
use crate::load::schedule::Opening;
use crate::plan::{ConnectionMode, Target};
use crate::transport::Transport;

/// The connections of one target. Warm and resumed targets keep theirs for one block, for the connection itself or for its
/// TLS session; a cold one uses each for one call.
pub(super) struct ConnectionPool<C> {
    kept: RefCell<VecDeque<Kept<C>>>,
    turns: Semaphore,
    /// Turns of the calls that open the next block's connections while this block's are still in use.
    priming: Semaphore,
    keeps: bool,
}

struct Kept<C> {
    connection: C,
    block: u16,
}

/// A connection taken for one call.
pub(super) struct Taken<'p, C> {
    pub(super) connection: C,
    block: u16,
    home: Option<&'p RefCell<VecDeque<Kept<C>>>>,
    turn: SemaphorePermit<'p>,
    /// How long it was waited for.
    queued: Duration,
}

impl<C> ConnectionPool<C> {
    pub(super) fn new(target: &Target, connections: u16) -> Self {
        let keeps = target.connection != ConnectionMode::Cold;
        let turns = if keeps {
            usize::from(connections)
        } else {
            MAX_NEW_CONNECTIONS
        };
        Self {
            kept: RefCell::default(),
            turns: Semaphore::new(turns),
            priming: Semaphore::new(MAX_NEW_CONNECTIONS),
            keeps,
        }
    }

    /// A connection for a call of `block`, waiting for a turn when all are busy.
    ///
    /// Those of earlier blocks are closed, so that connections rotate between blocks; those of later blocks wait for theirs.
    /// Among the block's own the one that has rested longest is taken.
    pub(super) async fn take<T>(
        &self,
        transport: &T,
        target: &Target,
        block: u16,
        opening: Opening,
    ) -> Taken<'_, C>
    where
        T: Transport<Connection = C>,
    {
        let turns = match opening {
            Opening::Keep => &self.turns,
            Opening::Prime => &self.priming,
        };
        let (turn, queued) = match turns.try_acquire() {
            Ok(turn) => (turn, Duration::ZERO),
            Err(_all_busy) => {
                let since = Epoch::now();
                let turn = turns
                    .acquire()
                    .await
                    .expect("the semaphore is never closed");
                (turn, Epoch::now().saturating_duration_since(since))
            }
        };
        let mut kept = self.kept.borrow_mut();
        let rested = match opening {
            Opening::Keep => {
                kept.retain(|k| k.block >= block);
                kept.iter()
                    .position(|k| k.block == block)
                    .and_then(|at| kept.remove(at))
            }
            Opening::Prime => None,
        };
        let connection = rested.map_or_else(|| transport.connection(target), |k| k.connection);
        Taken {
            connection,
            block,
            home: self.keeps.then_some(&self.kept),
            turn,
            queued,
        }
    }
}

impl<C> Taken<'_, C> {
    /// Gives the connection back for the next call of the same block; returns how long it was waited for.
    pub(super) fn put_back(self) -> Duration {
        if let Some(home) = self.home {
            home.borrow_mut().push_back(Kept {
                connection: self.connection,
                block: self.block,
            });
        }
        drop(self.turn);
        self.queued
    }
}

/// New connections under way at one target at most: enough for any polite rate at any deadline, and far below the usual
/// limit of 1,024 open files.
const MAX_NEW_CONNECTIONS: usize = 64;
