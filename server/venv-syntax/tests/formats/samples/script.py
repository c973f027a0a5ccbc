#!/usr/bin/env python
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "requests<3",
#   'rich ; os_name == "nt"',
# ]
# ///
import requests
