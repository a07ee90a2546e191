"""Lets the tests of this folder import the strategies beside them, from whichever folder they are started."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
