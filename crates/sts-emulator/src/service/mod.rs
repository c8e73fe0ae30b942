//! What STS does with a request, without sockets and without waiting.

pub(crate) mod answer;
pub(crate) mod dispatch;
pub(crate) mod faults;
pub(crate) mod freeze;
pub(crate) mod latency;
pub(crate) mod parameter_form;
pub(crate) mod parameters;
pub(crate) mod quota;
pub(crate) mod reply;
pub(crate) mod service_time;
pub(crate) mod signature;
