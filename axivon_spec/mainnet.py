"""The spec under the preset `mainnet`, compiled from `specs/*.md` when imported."""

import sys

from axivon_spec import load_into

load_into(sys.modules[__name__], "mainnet")
