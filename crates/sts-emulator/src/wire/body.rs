//! A response's body: all at once, byte by byte, or broken off in the middle.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use thiserror::Error;
use tokio::time::{Sleep, sleep};

use crate::wire::connections::connection::UnderWay;

/// How a body is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// In one piece.
    Whole,
    /// Half of what was announced, a pause in which it can travel, then the connection ends.
    Half(Duration),
    /// One byte, a pause, the next byte.
    Bytewise(Duration),
}

/// A body with its full length announced whatever becomes of it.
#[derive(Debug)]
pub(crate) struct ResponseBody {
    rest: Bytes,
    length: usize,
    delivery: Delivery,
    pause: Option<Pin<Box<Sleep>>>,
    /// The request that this answers, until the body has been taken.
    _under_way: Option<UnderWay>,
}

/// The connection ends inside the body, on purpose.
#[derive(Debug, Error)]
#[error("body broken off on purpose")]
pub(crate) struct BrokenOff;

impl ResponseBody {
    pub(crate) fn new(body: String, delivery: Delivery) -> Self {
        let length = body.len();
        let mut rest = Bytes::from(body);
        if let Delivery::Half(_) = delivery {
            rest.truncate(length / 2);
        }
        Self {
            rest,
            length,
            delivery,
            pause: None,
            _under_way: None,
        }
    }

    /// The same as the answer to that request.
    pub(crate) fn of(self, request: UnderWay) -> Self {
        Self {
            _under_way: Some(request),
            ..self
        }
    }

    fn is_complete(&self) -> bool {
        self.rest.is_empty() && (self.length == 0 || !matches!(self.delivery, Delivery::Half(_)))
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        if self.is_complete() {
            return Poll::Ready(None);
        }
        if self.rest.is_empty() {
            return Poll::Ready(Some(Err(BrokenOff)));
        }
        let piece = match self.delivery {
            Delivery::Whole => std::mem::take(&mut self.rest),
            Delivery::Half(travel) => {
                self.pause = Some(Box::pin(sleep(travel)));
                std::mem::take(&mut self.rest)
            }
            Delivery::Bytewise(interval) => {
                self.pause = Some(Box::pin(sleep(interval)));
                self.rest.split_to(1)
            }
        };
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.is_complete()
    }

    fn size_hint(&self) -> SizeHint {
        let missing = if let Delivery::Half(_) = self.delivery {
            self.length - self.length / 2
        } else {
            0
        };
        SizeHint::with_exact((self.rest.len() + missing) as u64)
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_whole_and_a_bytewise_body_arrive_complete() {
        for delivery in [Delivery::Whole, Delivery::Bytewise(Duration::ZERO)] {
            let body = ResponseBody::new("<xml/>\n".to_owned(), delivery);
            assert_eq!(body.size_hint().exact(), Some(7));
            assert_eq!(
                body.collect().await.expect("it is complete").to_bytes(),
                "<xml/>\n"
            );
        }
    }

    #[tokio::test]
    async fn half_a_body_announces_all_of_it_and_breaks_off() {
        let mut body = ResponseBody::new("1234567".to_owned(), Delivery::Half(Duration::ZERO));
        assert_eq!(body.size_hint().exact(), Some(7));
        let first = body
            .frame()
            .await
            .expect("half of it comes")
            .expect("half of it is whole");
        assert_eq!(first.into_data().expect("data"), "123");
        assert!(body.frame().await.expect("then the end").is_err());
    }
}
