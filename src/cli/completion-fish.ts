import type { CommandShape, FlagShape, WordShape } from './command-shapes.ts'

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`

/** What `complete` is told of the word after a flag, or of an argument. */
function completionOf(word: WordShape): string {
  switch (word.kind) {
    case 'file':
      return ' -F'
    case 'folder':
      return " -a '(__fish_complete_directories)'"
    case 'choice':
      return ` -a ${quoted(word.words.join(' '))}`
    case 'other':
      return ''
  }
}

function flagLine(on: string, { long, short, summary, value }: FlagShape): string {
  const spelled = `${short === undefined ? '' : ` -s ${short.slice(1)}`} -l ${long.slice(2)}`
  const after = value === undefined ? '' : ` -r${completionOf(value.word)}`
  return `${on}${spelled}${after} -d ${quoted(summary)}`
}

function commandLines({ name, summary, flags, arguments: places }: CommandShape): readonly string[] {
  const on = `complete -c ikero -n '__fish_seen_subcommand_from ${name}'`
  const words = new Set(places.map(({ word }) => completionOf(word)).filter((text) => text !== ''))
  return [
    '',
    `complete -c ikero -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
    ...flags.map((flag) => flagLine(on, flag)),
    // fish counts no arguments: what any of them may be is offered for each.
    ...[...words].map((text) => `${on}${text}`),
  ]
}

/** For `~/.config/fish/completions/ikero.fish`; fish 3.0 and later. */
export function fishCompletion(commands: readonly CommandShape[]): string {
  return `# fish completion for ikero, from its command table:
# ikero completion fish > ~/.config/fish/completions/ikero.fish

complete -c ikero -f
complete -c ikero -n __fish_use_subcommand -s h -l help -d 'commands and exit codes'
complete -c ikero -n __fish_use_subcommand -s V -l version -d 'the version'
${commands.flatMap(commandLines).join('\n')}
`
}
