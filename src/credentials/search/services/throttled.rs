//! An answer of "too many requests" without one of AWS's codes, as a gateway in front of a service gives it: asked again, as by
//! the AWS CLI. The SDK knows the codes alone.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

/// The HTTP status of such an answer.
pub(super) const TOO_MANY_REQUESTS: u16 = 429;

/// Says that it is worth another attempt.
#[derive(Debug)]
pub(super) struct Throttled;

impl ClassifyRetry for Throttled {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        match context.response().map(|it| it.status().as_u16()) {
            Some(TOO_MANY_REQUESTS) => RetryAction::throttling_error(),
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "too many requests"
    }
}
