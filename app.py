"""Serves the review site: ``python app.py`` is the same as ``assistant serve`` and takes the same options."""

import sys

from assistant.cli import main

if __name__ == "__main__":
    main(args=["serve", *sys.argv[1:]])
