# Sourced after step.bash: cargo-deny, pinned, compiled into the scripts' own tools when it is not there yet.

deny_version=0.20.2
deny=$tools/cargo-deny-$deny_version/bin/cargo-deny

# Without optimisation: it takes a fraction of the time to build and hardly longer to run.
deny_tool() {
  [[ ! -x $deny ]] || return 0
  CARGO_TARGET_DIR=$tools/build CARGO_PROFILE_DEV_DEBUG=0 CARGO_INCREMENTAL=0 \
    cargo install cargo-deny "$talk" --locked --debug --version "$deny_version" --root "$tools/cargo-deny-$deny_version"
  rm -rf "$tools/build"
}
