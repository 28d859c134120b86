"""`driftwatch demo`: the example that ships with driftwatch, compared."""

from __future__ import annotations

from pathlib import Path

import click

from driftwatch.cli.options import common, invocation
from driftwatch.config import Color, CompareRequest, Config, Format, TargetPair, Verify, find_target
from driftwatch.errors import ConfigError


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports"),
    help="The folder that reports are written to.  [default: reports]",
)
@click.option("--no-report", is_flag=True, help="Write no report.")
@common
@click.pass_context
def command(context: click.Context, output: Path, *, no_report: bool) -> None:
    """Compare the two schemas of an example shop, which has drifted in every everyday way.

    Nothing is needed for it: no PostgreSQL, no configuration. Exit code 0 when it ran, whatever it found.
    """
    config = Config(base_dir=Path.cwd())
    request = demo_request(config, None if no_report else output, quiet=invocation(context).quiet)
    from driftwatch.app.compare import compare

    context.exit(compare(request, config))


def demo_request(config: Config, reports: Path | None, *, quiet: bool) -> CompareRequest:
    """A comparison of the example's dev.sql with its prod.sql that never fails on what it finds."""
    folder = example_folder()
    desired, actual = (find_target(str(folder / f"{name}.sql"), config) for name in ("dev", "prod"))
    return CompareRequest(
        pair=TargetPair(desired, actual, {}),
        include=frozenset(),
        renames=(),
        fail_on=frozenset(),
        verify=Verify.QUICK,
        unproved=False,
        format=Format.TEXT,
        reports=reports,
        quiet=quiet,
        color=Color.AUTO,
    )


def example_folder() -> Path:
    """Where the example is: inside of the installed package, or at the top of a checkout.

    Raises:
        ConfigError: it was not installed.
    """
    package = Path(__file__).parents[1]
    for folder in (package / "examples" / "shop", package.parents[1] / "examples" / "shop"):
        if (folder / "dev.sql").is_file():
            return folder
    raise ConfigError("the example was not installed with driftwatch: install it again, or use a checkout")
