"""Every command that reads says the same of an endpoint as of the bundled graph; mistakes are one line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bevan_copy import sentences  # noqa: F401
