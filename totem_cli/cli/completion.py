"""totem completion: the script that a shell needs to complete totem's commands."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from totem_cli.cli.session import Session
from totem_cli.cli.verb import verb

app = typer.Typer(add_completion=False)

_BASH = """\
_totem() {
  local line word
  COMPREPLY=()
  while IFS= read -r line; do
    word=${line%%$'\\t'*}
    COMPREPLY+=("$(printf %q "$word")")
  done < <(_TOTEM_COMPLETE=words totem "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
}
complete -o default -F _totem totem
"""

_ZSH = """\
#compdef totem
_totem() {
  local line
  local -a words_ said
  for line in ${(f)"$(_TOTEM_COMPLETE=words totem "${(@Q)words[2,$CURRENT]}" 2>/dev/null)"}; do
    words_+=("${line%%$'\\t'*}")
    said+=("${line%%$'\\t'*}  ${line#*$'\\t'}")
  done
  if (( ${#words_} )); then
    compadd -l -d said -a words_
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_totem" ]; then
  _totem "$@"
else
  compdef _totem totem
fi
"""

_FISH = """\
function __totem_complete
  set -l words (commandline -opc) (commandline -ct)
  _TOTEM_COMPLETE=words totem $words[2..-1] 2>/dev/null
end
complete -c totem -f -n 'test -n "$(__totem_complete)"' -a '(__totem_complete)'
"""

_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}


@verb(app)
def completion(
    session: Session,
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(metavar="bash|zsh|fish", help="The shell.")],
) -> None:
    """Print the script with which a shell completes commands, options, episodes, people and tags."""
    session.out(_SCRIPTS[shell])
