"""`driftwatch completion`: the script that teaches a shell our commands, options and databases."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from driftwatch.cli.options import common

_VARIABLE = "_DRIFTWATCH_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@common
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash:  echo 'eval "$(driftwatch completion bash)"' >> ~/.bashrc
    zsh:   echo 'eval "$(driftwatch completion zsh)"' >> ~/.zshrc
    fish:  driftwatch completion fish > ~/.config/fish/completions/driftwatch.fish
    """
    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"click has no completion for {shell}")
    click.echo(completion(context.find_root().command, {}, "driftwatch", _VARIABLE).source())
