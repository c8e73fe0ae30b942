"""Signers and verifiers of STS requests that are no AWS SDK, before the simulated fleet."""
