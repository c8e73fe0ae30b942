//! Every operation, with its successes and each of its refusals, asked without a socket.

use super::*;

#[test]
fn only_known_actions_of_the_one_version_are_dispatched() {
    assert_eq!(dispatch("GetCallerIdentity", Some("2011-06-15"), true), Ok(Operation::GetCallerIdentity));
    assert_eq!(dispatch("AssumeRoot", Some("2011-06-15"), false), Ok(Operation::AssumeRoot));
    for (action, version, message) in [
        ("NoSuchAction", Some("2011-06-15"), "Could not find operation NoSuchAction for version 2011-06-15"),
        ("GetCallerIdentity", None, "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"),
        ("", Some("2011-06-15"), "Could not find operation  for version 2011-06-15"),
        ("AssumeRoot", Some("2011-06-15"), "Could not find operation AssumeRoot for version 2011-06-15"),
        (
            "GetWebIdentityToken",
            Some("2011-06-15"),
            "Could not find operation GetWebIdentityToken for version 2011-06-15",
        ),
    ] {
        let fault = dispatch(action, version, true).expect_err(message);
        assert_eq!((fault.status, fault.message.as_deref()), (400, Some(message)));
    }
}
