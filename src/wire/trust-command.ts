import type { RunOptions } from './options.ts'

/** The command that learns a host's key; the files are those that the SSH configuration names for the host. */
export type TrustCommand = (host: string, configured?: readonly string[]) => string

/** The command that learns a host's key with the files of a run, for messages: to be copied into a shell. */
export function trustCommandFor(
  { knownHosts = [] }: Pick<RunOptions, 'knownHosts'>,
  inventory: string,
): TrustCommand {
  return (host, configured = []) => {
    const files = knownHosts.length > 0 ? knownHosts : configured
    const words = ['-i', inventory, ...files.flatMap((path) => ['--known-hosts', path])]
    return `ikero trust ${[host, ...words].map(shellWord).join(' ')}`
  }
}

/** One word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
