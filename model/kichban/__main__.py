"""``python -m kichban`` is ``kichban``."""

from kichban.cli import main

if __name__ == "__main__":
    main()
