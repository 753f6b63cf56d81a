#!/usr/bin/env python3
"""Makes the environment if there is none, then hands over to Django. Any Python from 3.8 on may start this."""

import os
import sys

from hub import bootstrap

# Commands that say by themselves whose data they touch. Every other command runs in production mode unless told.
MODES = {
    "demo": "demo",
    "test": "test",
    "faults": "test",
    "lock": "test",
    "catalogues": "test",
    "shots": "test",
    "bench": "development",
}


def main() -> None:
    bootstrap.ensure(sys.argv)
    from django.core.management import execute_from_command_line

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command in MODES:
        os.environ.setdefault("HUB_MODE", MODES[command])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
