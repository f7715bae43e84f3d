"""One long setting in a process of its own, whose memory goes back with it: a job on standard input, PDF out."""

from __future__ import annotations

import sys

import typst

from commons.typeset.press import FAILED_EXIT, Job, read_job, run_job


def main() -> int:
    """0 with the PDF on standard output, or FAILED_EXIT."""
    job: Job = read_job(sys.stdin.buffer.read())
    try:
        sys.stdout.buffer.write(run_job(job))
    except typst.TypstError:
        return FAILED_EXIT
    return 0


if __name__ == "__main__":
    sys.exit(main())
