"""Runs the sample: `python -m quake_triage --help`."""

from quake_triage import stubs


def run() -> None:
    """Makes the stubs on first use, before anything imports them."""
    stubs.ensure()
    from quake_triage.cli import main

    main()


if __name__ == "__main__":
    run()
