"""``zowe-certs graph``: the trust graph as text, JSON or a picture, without a notebook."""

from __future__ import annotations

import argparse

from .command import Command, add_passwords

__all__ = ["add"]

_NOT_READ = 3
_VIEWS = ("certificates", "connections", "launch")


def add(command: Command) -> None:
    """Add the command and its options."""
    parser = command("graph", _graph, "Show who signs, holds, trusts and presents what, and who talks to whom.")
    parser.epilog = (
        "Views: certificates (who signed whom, in which store, when it ends), connections (clients, gateway and "
        "services, each connection with its verdict), launch (settings, KEYSTORE_DIRECTORY, key ring, instances)."
    )
    parser.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="a KEYSTORE_DIRECTORY, instance, file, folder or host:port"
    )
    parser.add_argument(
        "--settings", action="append", default=[], metavar="FILE", help="Zowe's .env file of the sources"
    )
    add_passwords(parser)
    parser.add_argument("--view", choices=_VIEWS, default="certificates", help="which picture (default: certificates)")
    parser.add_argument("--alias", default="", metavar="A", help="the private key that Zowe shows")
    parser.add_argument(
        "--host", action="append", default=[], metavar="NAME", help="a name or address by which clients reach Zowe"
    )
    parser.add_argument("--at", default="", metavar="DATE", help="judge as of this day (default: now)")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="SHA256",
        help="what would change if trust stores lost this certificate; the beginning is enough",
    )
    parser.add_argument(
        "--trusting", action="append", default=[], metavar="FILE", help="an authority that trust stores would get"
    )
    parser.add_argument("--timeline", action="store_true", help="also tell what will break when")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print it (default: text)")
    parser.add_argument("--output", metavar="FILE.svg|.png", help="also save the picture")


def _graph(options: argparse.Namespace) -> int:
    import json
    import sys

    from ..errors import UsageError
    from ..local_path import local_path
    from ..show.judged_scene import Question, read_trust_of, trust_result
    from ..show.text import visible
    from ..show.trust_pages import graph_page
    from ..stores.passwords import Passwords
    from ..trust.graph import View

    if not (options.sources or options.settings):
        msg = "name what the graph is of: a KEYSTORE_DIRECTORY, an instance, stores, PEM files or host:port"
        raise UsageError(msg)
    output = local_path(options.output, "--output") if options.output is not None else None
    if output and output.suffix.lower() not in (".svg", ".png"):
        msg = f"--output is a picture, .svg or .png, not {output.name}"
        raise UsageError(msg)
    question = Question(options.at, options.alias, options.host, options.without, options.trusting)
    settings = [local_path(path, "--settings") for path in options.settings]
    trust = read_trust_of(options.sources, Passwords(options.password_from), question, settings=settings)
    page = graph_page(trust, View(options.view), saved=output, with_timeline=options.timeline)
    print(
        json.dumps(trust_result(trust, with_timeline=options.timeline), indent=1) if options.format == "json" else page
    )
    unread = [row.error for row in trust.scene.rows if row.error and row.named]
    for why in unread:
        print(f"zowe-certs: {visible(str(why))}", file=sys.stderr)
    return _NOT_READ if unread else 0
