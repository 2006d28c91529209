"""The tests read English, whatever the language of whoever runs them."""

import os

os.environ["SORTITION_LANGUAGE"] = "en"
