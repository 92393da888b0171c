"""What is called test_corpus... needs a folder of rules and recordings that is no part of the project."""

from __future__ import annotations

import os

collect_ignore = [] if "EDR_CORPUS" in os.environ else ["test_corpus.py", "test_corpus_coverage.py"]
