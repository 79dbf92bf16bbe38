function __totem_complete
  set -lx _TYPER_COMPLETE_ARGS (commandline -cp)
  _TOTEM_COMPLETE=complete_fish _TYPER_COMPLETE_FISH_ACTION=get-args totem 2>/dev/null
end
complete -c totem -f -n 'test -n "$(__totem_complete)"' -a '(__totem_complete)'
