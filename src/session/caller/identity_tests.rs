//! As whom a run calls, and what it says of that.

use super::*;
use crate::credentials::Recipients;
use crate::load::Stop;
use crate::session::fixture_tests::{CANARY, ROOT, USER, keys, session_keys};
use sts_model::{CallerIdentity, Remote};

fn identified(arn: &str, skew: Option<Skew>) -> Identified {
    Identified {
        caller: CallerIdentity {
            arn: Remote::new(arn).expect("an ARN"),
            account: Remote::new("123456789012").expect("an account"),
        },
        skew,
        endpoint: "e0".to_owned(),
        closes: false,
    }
}

fn given(found: FoundCredentials) -> CallerCredentials {
    CallerCredentials::of(
        CredentialSource::Given(found),
        Recipients::AWS,
        Epoch::start(),
    )
    .expect("given")
}

#[test]
fn nobody_says_that_nobody_was_asked() {
    let nobody = CallerCredentials::anonymous();
    assert!(nobody.is_anonymous() && !nobody.is_temporary());
    assert_eq!(nobody.doubts(None), [SessionNotice::Anonymous]);
    assert!(
        nobody
            .describe(&identified(USER, None), Disclosure::Whole)
            .is_none()
    );
}

#[test]
fn a_caller_whom_no_endpoint_named_is_unknown() {
    assert_eq!(given(keys()).doubts(None), [SessionNotice::CallerUnknown]);
}

#[test]
fn the_root_users_keys_are_warned_about() {
    let doubts = |arn| given(keys()).doubts(Some(&identified(arn, None)));
    assert_eq!(doubts(ROOT), [SessionNotice::RootKeys]);
    assert_eq!(doubts(USER), []);
}

#[test]
fn clocks_that_differ_by_more_than_a_minute_are_told_which_way() {
    let doubts = |skew| given(keys()).doubts(Some(&identified(USER, Some(skew))));
    let seconds = Duration::from_secs;
    assert_eq!(doubts(Skew::ServiceAhead(seconds(60))), []);
    assert_eq!(doubts(Skew::ServiceBehind(seconds(60))), []);
    for (skew, offset) in [
        (Skew::ServiceAhead(seconds(61)), ClockOffset::Behind),
        (Skew::ServiceBehind(seconds(61)), ClockOffset::Ahead),
    ] {
        assert_eq!(
            doubts(skew),
            [SessionNotice::ClockSkew {
                seconds: 61,
                offset
            }]
        );
    }
}

#[test]
fn a_caller_is_masked_unless_the_whole_is_asked_for() {
    let caller = given(keys());
    let described = |disclosure| {
        caller
            .describe(&identified(USER, None), disclosure)
            .expect("somebody")
    };
    let masked = described(Disclosure::Masked);
    assert!(!masked.arn.contains("someone") && !masked.account.contains("123456789012"));
    let whole = described(Disclosure::Whole);
    assert_eq!(
        (whole.arn.as_str(), whole.account.as_str()),
        (USER, "123456789012")
    );
    assert_eq!(masked.access_key, "AKIA...EY23");
}

#[test]
fn a_session_token_makes_credentials_temporary() {
    assert!(given(session_keys()).is_temporary());
    assert!(!given(keys()).is_temporary());
}

#[test]
fn credentials_that_nothing_renews_stop_the_calls_when_they_expire() {
    let epoch = Epoch::start();
    let caller = given(FoundCredentials {
        expires: Some(epoch.wall() + Duration::from_millis(20)),
        ..session_keys()
    });
    let stop = StopSwitch::default();
    assert_eq!(caller.keep_fresh(&stop), None);
    let patience = Epoch::now() + Duration::from_secs(60);
    assert_eq!(stop.wait_until(patience).expect("a runtime"), Stop::Now);
    let reason = caller.lost().reason().expect("lost");
    assert!(reason.to_string().contains("the test expired"), "{reason}");
}

#[test]
fn credentials_without_an_end_are_not_watched() {
    let stop = StopSwitch::default();
    assert_eq!(given(keys()).keep_fresh(&stop), None);
    assert_eq!(stop.state(), Stop::AtEnd);
    assert!(given(keys()).lost().reason().is_none());
}

#[test]
fn only_credentials_that_are_searched_for_come_with_notices() {
    let soon = FoundCredentials {
        expires: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1)),
        ..keys()
    };
    let notices = given(soon).notices(Duration::from_secs(60), SystemTime::UNIX_EPOCH);
    assert_eq!(notices, []);
}

#[test]
fn a_caller_can_be_shown_without_its_secrets() {
    let caller = given(session_keys());
    let shown = format!("{caller:?} {:?}", caller.signer("test"));
    assert!(!shown.contains(CANARY), "{shown}");
}

#[test]
fn whoever_renews_credentials_ends_with_the_session_that_has_them() {
    let far = Epoch::start().wall() + Duration::from_secs(86_400);
    let caller = given(FoundCredentials {
        expires: Some(far),
        ..session_keys()
    });
    let stop = StopSwitch::default();
    let thread = caller.renewing_thread(&stop).expect("they expire");
    let thread = thread.expect("started");
    drop(caller);
    thread.join().expect("no panic").expect("ended");
    assert_eq!(stop.state(), Stop::AtEnd, "nothing was lost");
}
