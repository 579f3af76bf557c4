import type { Grammar } from '../grammar/types.ts'

/** What IOS and ASA have in common at the terminal. Sources: unicon generic and asa patterns, cisco.ios lists. */
export const sharedGrammar: Pick<Grammar, 'transitions' | 'secretPrompt' | 'locked' | 'logout'> = {
  transitions: [
    { from: 'user', to: 'privileged', line: 'enable', secret: 'enable' },
    { from: 'privileged', to: 'config', line: 'configure terminal' },
    { from: 'config', to: 'privileged', line: 'end' },
    { from: 'sub', to: 'privileged', line: 'end' },
    { from: 'sub', to: 'config', line: 'exit' },
  ],
  secretPrompt: /^(?:.*\s)?[Pp]assword:\s?$/,
  locked: [
    /Configuration (?:mode )?(?:is )?locked/i,
    /Config (?:mode|session) (?:cannot be entered|is locked)/i,
  ],
  logout: 'exit',
}
