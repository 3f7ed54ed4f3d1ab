/**
 * Scripts that call `latchkey __complete -- <words>` for completions, and fall back to files. Each is loaded with
 * `eval`, or saved in the shell's completion folder.
 */
export const shellScripts = {
  bash: `_latchkey() {
  local IFS=$'\\n' line
  COMPREPLY=()
  while read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(latchkey __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _latchkey latchkey`,
  zsh: `#compdef latchkey
_latchkey() {
  local line
  local -a found
  for line in "\${(@f)$(latchkey __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( \${#found} )) && _describe latchkey found || _files
}
compdef _latchkey latchkey`,
  fish: `function __latchkey_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l found (latchkey __complete -- $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c latchkey -f -a '(__latchkey_complete)'`,
} as const;
