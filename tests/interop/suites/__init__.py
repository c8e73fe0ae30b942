"""Test suites of STS clients and simulators that others wrote, with the simulated fleet in place of what they were written for."""
