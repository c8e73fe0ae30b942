"""Where the programs are that this test did not write."""

import os
import pathlib

TOOLS = pathlib.Path(os.environ["PLACES_TOOLS"])
# Nothing of the caller's AWS configuration reaches a program under test.
BARE = {
    "PATH": os.environ["PATH"], "HOME": os.environ["HOME"], "LANG": "C.UTF-8", "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONWARNINGS": "ignore"}
