"""What all tests share: in CI, hypothesis looks at the same examples each time, however slow the machine."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
