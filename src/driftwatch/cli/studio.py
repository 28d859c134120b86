"""`driftwatch studio`: the newest report, in a browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path

import click

from driftwatch.cli.options import common, configuration
from driftwatch.errors import ReportError


@click.command()
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="The folder with the reports.")
@common
@click.pass_context
def command(context: click.Context, output: Path | None) -> None:
    """Open the index of the reports, or the newest one where there is no index yet."""
    config = configuration(context)
    page = newest_page(output or config.base_dir / config.reports.directory)
    click.echo(str(page))
    webbrowser.open(page.resolve().as_uri())


def newest_page(folder: Path) -> Path:
    """The page to open.

    Raises:
        ReportError: there is no report yet.
    """
    reports = sorted(folder.glob("*Z-*/report.html"), key=lambda page: page.parent.name)
    for page in (folder / "index.html", *reversed(reports)):
        if page.is_file():
            return page
    raise ReportError(f"there is no report in {folder} yet: 'driftwatch compare' writes one")
