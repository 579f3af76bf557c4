import type { CommandShape, FlagShape, WordShape } from './command-shapes.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
/** In a specification of `_arguments` and `_describe`. */
const plain = (text: string): string => text.replace(/[\\:[\]]/g, '\\$&')

function actionOf(word: WordShape): string {
  switch (word.kind) {
    case 'file':
      return '_files'
    case 'folder':
      return '_files -/'
    case 'choice':
      return `(${word.words.join(' ')})`
    case 'other':
      return ' '
  }
}

/** Both spellings shut each other out, unless the flag may be repeated. */
function flagSpec({ long, short, summary, value, repeatable }: FlagShape): readonly string[] {
  const names = [...(short === undefined ? [] : [short]), long]
  const once = repeatable ? '*' : `(${names.join(' ')})`
  const after = value === undefined ? '' : `:${plain(value.name)}:${actionOf(value.word)}`
  return names.map((name) => quoted(`${once}${name}[${plain(summary)}]${after}`))
}

function commandCase({ name, flags, arguments: places }: CommandShape): string {
  const specs = [
    ...flags.flatMap(flagSpec),
    ...places.map((one, nth) =>
      quoted(`${one.variadic ? '*' : nth + 1}:${plain(one.name)}:${actionOf(one.word)}`),
    ),
  ]
  return `        ${name})
          _arguments -s \\
            ${specs.join(' \\\n            ')}
          ;;`
}

/** For a file named `_ikero` in a folder of `fpath`, or to be sourced after `compinit`. */
export function zshCompletion(commands: readonly CommandShape[]): string {
  return `#compdef ikero
# zsh completion for ikero, from its command table: ikero completion zsh > _ikero, in a folder of your fpath

_ikero() {
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${plain(summary)}`)}`).join('\n')}
  )
  _arguments -C \\
    '(-h --help)'{-h,--help}'[commands and exit codes]' \\
    '(-V --version)'{-V,--version}'[the version]' \\
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command)
      _describe -t commands command commands
      ;;
    argument)
      case $words[1] in
${commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _ikero ]]; then
  _ikero "$@"
else
  compdef _ikero ikero
fi
`
}
