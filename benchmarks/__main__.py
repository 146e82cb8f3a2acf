"""``python -m benchmarks``: the kit's budgets as ratios, each measured in one run of this program.

Exit codes: 0 all are within their budgets, or skipped; 1 one is over it; 2 bad usage, or a side failed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.cases import CASES
from benchmarks.measure import Row, measured


def main() -> int:
    """Measure, print, and answer whether all is within its budget."""
    options = _options()
    rows: dict[str, Row | str] = {}
    with tempfile.TemporaryDirectory(prefix="zowe-certs benchmarks ") as folder:
        for name in options.only:
            print(f"measuring {name}", file=sys.stderr, flush=True)
            try:
                case = CASES[name](Path(folder))
                row = rows[name] = case if isinstance(case, str) else measured(case, options.runs, Path(folder))
            except subprocess.CalledProcessError as failed:
                print(f"{name}: {failed}\n{failed.stderr}", file=sys.stderr)
                return 2
            if not options.json:
                print(f"{name}: skipped, {row}" if isinstance(row, str) else row, flush=True)
    if options.json:
        found = [
            {"name": name, "skipped": row} if isinstance(row, str) else row.as_dict() for name, row in rows.items()
        ]
        print(json.dumps({"schema": "zowe-certs/benchmarks/1", "rows": found}, indent=1))
    return int(any(isinstance(row, Row) and not row.within for row in rows.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The kit's budgets, as ratios.")
    parser.add_argument(
        "--runs", type=int, default=5, metavar="N", help="turns (default: 5); what is short runs ten times in each"
    )
    parser.add_argument("--only", default=",".join(CASES), metavar="NAMES", help=f"some of {','.join(CASES)}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    options.only = options.only.split(",")
    if options.runs < 1 or not set(options.only) <= set(CASES):
        parser.error(f"--runs is at least 1, --only some of {','.join(CASES)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
