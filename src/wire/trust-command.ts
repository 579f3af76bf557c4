import type { RunOptions } from './options.ts'

/** The command that learns a host's key with the files of a run, for messages: to be copied into a shell. */
export function trustCommandFor(
  { knownHosts = [] }: Pick<RunOptions, 'knownHosts'>,
  inventory: string,
): (host: string) => string {
  const flags = [['-i', inventory], ...knownHosts.map((path) => ['--known-hosts', path])]
  const rest = flags.flat().map(shellWord).join(' ')
  return (host) => `ikero trust ${shellWord(host)} ${rest}`
}

/** One word of a POSIX shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
