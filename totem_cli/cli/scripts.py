"""The scripts with which shells complete totem's commands, by Typer's protocol.

Typer's own scripts (``--show-completion``) lose names in bash and zsh: blanks are not quoted, apostrophes go.
"""

from __future__ import annotations

_BASH = """\
_totem() {
  local IFS=$'\\n' word
  COMPREPLY=()
  while read -r word; do
    [[ ${COMP_WORDS[COMP_CWORD]} == [\\"\\']* ]] || printf -v word %q "$word"
    COMPREPLY+=("$word")
  done < <(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD _TOTEM_COMPLETE=complete_bash totem 2>/dev/null)
  [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
}
complete -o default -F _totem totem
"""

_ZSH = """\
#compdef totem
_totem() {
  local line
  local -a values_ lines_
  for line in ${(f)"$(_TYPER_COMPLETE_ARGS="${words[1,$CURRENT]}" _TYPER_COMPLETE_FISH_ACTION=get-args \\
    _TOTEM_COMPLETE=complete_fish totem 2>/dev/null)"}; do
    values_+=("${line%%$'\\t'*}")
    lines_+=("${line/$'\\t'/  }")
  done
  if (( ${#values_} )); then
    compadd -l -d lines_ -a values_
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
  set -lx _TYPER_COMPLETE_ARGS (commandline -cp)
  _TOTEM_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=get-args totem 2>/dev/null
end
complete -c totem -f -n 'test -n "$(__totem_complete)"' -a '(__totem_complete)'
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
"""The script of each shell."""
