import type { ArgumentShape, CommandShape, WordShape } from './command-shapes.ts'

const words = (list: readonly string[]): string => list.join(' ')

/** What the helper functions of the script call a kind of word. */
function kindOf(word: WordShape): string {
  return word.kind === 'choice' ? `choice ${words(word.words)}` : word.kind
}

/** Flags by what follows them, as patterns of a `case`. */
function valueCases({ flags }: CommandShape): readonly string[] {
  return flags.flatMap(({ long, short, value }) =>
    value === undefined
      ? []
      : [
          `        ${[...(short === undefined ? [] : [short]), long].join('|')}) kind='${kindOf(value.word)}' ;;`,
        ],
  )
}

function placeCase({ variadic, word }: ArgumentShape, nth: number): string {
  return `        ${variadic ? '*' : nth}) kind='${kindOf(word)}' ;;`
}

function commandCase(command: CommandShape): readonly string[] {
  const names = command.flags.flatMap(({ long, short }) => [...(short === undefined ? [] : [short]), long])
  const valued = valueCases(command)
  const taking = command.flags.flatMap(({ long, short, value }) =>
    value === undefined ? [] : [...(short === undefined ? [] : [short]), long],
  )
  return [
    `    ${command.name})`,
    `      flags='${words(names)}'`,
    `      taking=' ${words(taking)} '`,
    ...(valued.length === 0 ? [] : ['      case $before in', ...valued, '      esac']),
    ...(command.arguments.length === 0
      ? []
      : [
          '      if [[ -z $kind ]]; then',
          '        _ikero_place',
          '        case $place in',
          ...command.arguments.map((one, nth) => placeCase(one, nth).replace(/^ {8}/, '          ')),
          '        esac',
          '      fi',
        ]),
    '      ;;',
  ]
}

/** For bash 4 and later; needs nothing besides bash. */
export function bashCompletion(commands: readonly CommandShape[]): string {
  return `# bash completion for ikero, from its command table: source <(ikero completion bash)

# How many arguments of the command stand before the word that is completed, in \`place\`.
_ikero_place() {
  local nth=2 word
  place=0
  while ((nth < COMP_CWORD)); do
    word=\${COMP_WORDS[nth]}
    if [[ $word == -* ]]; then
      [[ $taking == *" $word "* ]] && ((nth += 1))
    else
      ((place += 1))
    fi
    ((nth += 1))
  done
}

_ikero() {
  local word=\${COMP_WORDS[COMP_CWORD]} before='' flags='' taking=' ' kind='' place=0
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W '${words([...commands.map(({ name }) => name), 'help', '--help', '--version'])}' -- "$word")
    return
  fi
  before=\${COMP_WORDS[COMP_CWORD - 1]}
  case \${COMP_WORDS[1]} in
    help)
      ((COMP_CWORD == 2)) && kind='choice ${words(commands.map(({ name }) => name))}'
      ;;
${commands.flatMap(commandCase).join('\n')}
  esac
  if [[ $word == -* && $taking != *" $before "* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$word")
    return
  fi
  case $kind in
    file)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
      ;;
    folder)
      compopt -o filenames 2>/dev/null
      mapfile -t COMPREPLY < <(compgen -d -- "$word")
      ;;
    choice\\ *)
      mapfile -t COMPREPLY < <(compgen -W "\${kind#choice }" -- "$word")
      ;;
  esac
}

complete -F _ikero ikero
`
}
