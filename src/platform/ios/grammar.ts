import type { Grammar } from '../../grammar/types.ts'
import { sharedGrammar, writeMemory } from '../shared-grammar.ts'

const host = '(?<host>[^\\s()#>$%]{1,64})'
// Redundancy and boot states that IOS writes between hostname and `#`; not a sub-mode.
const states = 'standby|boot|recovery-mode|rp-rec-mode|unlicensed'

/**
 * IOS and IOS-XE at the terminal. Prompts: unicon generic and iosxe patterns; a sub-mode's brackets need
 * not begin with `config` (`(ipsec-profile)#`). Refusals: cisco.ios, scrapli and unicon lists; a line that
 * begins with `%` and is neither syslog nor a note counts as one, so that unknown wording fails closed.
 */
export const iosGrammar: Grammar = {
  ...sharedGrammar,
  chosenPrompts: true,
  modes: [
    { id: 'user', pattern: new RegExp(`^${host}>\\s?$`), writes: false },
    { id: 'privileged', pattern: new RegExp(`^${host}(?:\\((?:${states})\\))?#\\s?$`), writes: false },
    { id: 'config', pattern: new RegExp(`^${host}\\((?<sub>config)\\)#\\s?$`), writes: true },
    {
      id: 'sub',
      pattern: new RegExp(`^${host}\\((?<sub>(?!(?:config|${states})\\))[\\w.@/:+-]{1,32})\\)#\\s?$`),
      writes: true,
    },
  ],
  pager: {
    mark: /\s*-{2}\s?[Mm]ore\s?-{2}\s*$/,
    more: ' ',
    off: ['terminal length 0', 'terminal width 512'],
  },
  refusals: [
    /^%(?! ?(?:NOTE|Note|WARNING|Warning|INFO|Info)\b)(?![A-Z0-9_]+(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+:)/,
    /^Command [Rr]ejected/,
    /^Command authorization failed/,
  ],
  // Before the message: a sequence number, then a date (with year and zone, if wished) or an uptime.
  noise: [
    /^(?:\d+: )?(?:(?:[*.]?[A-Z][a-z]{2} +\d+ (?:\d{4} )?[\d:.]+(?: \S+)?|\d+[ywd]\d+[wdh]|\d+:\d\d:\d\d): )?%[A-Z0-9_]+(?:-[A-Z0-9_]+)*-[0-7]-[A-Z0-9_]+:/,
    // `configuration mode exclusive`: the lock is this session's own (transcripts of routing-bits.com and dummies.com).
    /^(?:[*.]?[A-Z][a-z]{2} +\d+ [\d:.]+: +)?Configuration mode locked exclusively\. The lock will be cleared/,
    /^once you exit out of configuration mode using end\/exit$/,
  ],
  questions: [
    {
      pattern: /(?:initial configuration dialog\?.*|Enter enable secret:)\s*$/i,
      answer: '\u0003',
      after: 'abort',
      meaning: 'the device is at its first configuration',
    },
    {
      pattern: /Overwrite the previous NVRAM configuration\?\s*\[confirm\]\s*$/i,
      answer: '\r',
      after: 'go-on',
      meaning: 'startup was written by another image',
    },
    {
      pattern: /\[yes\/no\]:?\s*$/i,
      answer: 'no\r',
      after: 'abort',
      meaning: 'a question that ikero does not know',
    },
    {
      pattern: /(?:\[confirm\]|\[y\/n\]:?|\(y\/n\)\??)\s*$/i,
      answer: 'n',
      after: 'abort',
      meaning: 'a question that ikero does not know',
    },
  ],
  // Configuration Rollback Confirmed Change. What is printed on the way in: public terminal logs of IOS and
  // IOS-XE; that there must be an archive: NSO's IOS driver. `configure confirm` is silent, and is refused with
  // `%No Rollback Confirmed Change pending` where nothing waits for it.
  revertTimer: {
    enter: (minutes) => `configure terminal revert timer ${minutes}`,
    armed: /Rollback Confirmed Change.*Backing up/i,
    refusals: [/Turn config archive on/i, /Archive feature not enabled/i],
    confirm: 'configure confirm',
  },
  save: {
    ...writeMemory,
    busy: /startup-config file open failed.*(?:busy)/i,
  },
}
