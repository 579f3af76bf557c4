import type { Grammar } from '../grammar/types.ts'

/** What IOS and ASA have in common at the terminal. Sources: unicon generic and asa patterns, cisco.ios lists. */
export const sharedGrammar: Pick<
  Grammar,
  'transitions' | 'unixShell' | 'secretPrompt' | 'locked' | 'logout' | 'pipelining'
> = {
  transitions: [
    { from: 'user', to: 'privileged', line: 'enable', secret: 'enable' },
    { from: 'privileged', to: 'config', line: 'configure terminal' },
    { from: 'config', to: 'privileged', line: 'end' },
    { from: 'sub', to: 'privileged', line: 'end' },
    { from: 'sub', to: 'config', line: 'exit' },
  ],
  // sh, bash, zsh and csh of a plain user; root's bash on Red Hat. Root's on Debian looks like a device's
  // (`root@vpn1:~#`), and its answer to `show version` tells it.
  unixShell: /^(?:.{0,120}[$%]|\[\S{1,64}@\S{1,64} .{1,80}\]#)\s?$/,
  // Alone on its line: a prompt for a new password, or of another host, gets nothing.
  secretPrompt: /^\s*(?:[Ee]nable )?[Pp]assword:\s?$/,
  locked: [
    /Configuration (?:mode )?(?:is )?locked/i,
    /Config (?:mode|session) (?:cannot be entered|is locked)/i,
  ],
  pipelining: true,
  logout: 'exit',
}

/** Running to startup; what a device says while another save runs differs. */
export const writeMemory: Omit<Grammar['save'], 'busy'> = { line: 'write memory', success: /\[OK\]\s*$/m }
