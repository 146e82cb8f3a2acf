"""``python -m tests.hostile``: changed and made-up stores by the hundred thousand, and what the kit makes of them.

Exit codes: 0 nothing came out but our own errors, within the limits; 1 something did; 2 bad usage.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.hostile.campaign import Tally
from tests.hostile.grammar import FORMATS, input_of
from tests.hostile.many import in_processes

_TOLD = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, and answer whether all went well."""
    options = _options(arguments)
    _say(f"seed {options.seed}")
    numbers = range(options.inputs)
    if options.only is not None:
        numbers = range(options.only, options.only + 1)
        _keep(options.format, options.seed, options.only, options.keep)
    good = True
    with tempfile.TemporaryDirectory(prefix="zowe-certs hostile ") as folder:
        for kind in [options.format] if options.format else FORMATS:
            own = Path(folder, kind)
            own.mkdir()

            def tell(so_far: Tally, kind: str = kind) -> None:
                _say(f"  {so_far.line(kind)}")

            total = in_processes(kind, options.seed, numbers, options.processes, own, options.keep, tell)
            good = _told(kind, options.seed, total) and good
    return int(not good)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description="Hostile inputs for every reader.")
    parser.add_argument("--inputs", type=int, default=5_000, metavar="N", help="of each format (default: 5000)")
    parser.add_argument("--format", choices=FORMATS, help="one format only")
    parser.add_argument("--seed", type=int, help="the same inputs again (default: a new one, which is printed)")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="one input, whose file is kept")
    parser.add_argument("--processes", type=int, default=1, metavar="N", help="how many at once (default: 1)")
    parser.add_argument(
        "--keep", type=Path, default=Path("hostile"), help="where inputs that fail go (default: hostile)"
    )
    options = parser.parse_args(arguments)
    if options.inputs < 1 or options.processes < 1 or (options.only is not None and options.only < 0):
        parser.error("--inputs and --processes are at least 1, --only at least 0")
    if options.only is not None and (options.format is None or options.seed is None):
        parser.error("--only needs the --format and the --seed that it was found with")
    if options.seed is None:
        options.seed = secrets.randbelow(1 << 31)
    return options


def _keep(kind: str, seed: int, number: int, keep: Path) -> None:
    keep.mkdir(parents=True, exist_ok=True)
    path = keep / f"{kind}-{seed}-{number}"
    path.write_bytes(input_of(kind, seed, number))
    _say(f"the input is in {path}")


def _told(kind: str, seed: int, total: Tally) -> bool:
    _say(total.line(kind))
    for number, text in total.failures[:_TOLD]:
        _say(f"  FAILED {kind} {seed}:{number}\n{text}")
    for number, text in total.dear[:_TOLD]:
        _say(f"  OVER THE LIMITS {kind} {seed}:{number} {text}")
    return not total.failures and not total.dear


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
