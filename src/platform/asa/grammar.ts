import type { ContextWays, Grammar } from '../../grammar/types.ts'
import { sharedGrammar, writeMemory } from '../shared-grammar.ts'

// `prompt hostname context priority state` makes `fw/ctx/pri/act`: all of it is what must not change.
const host = '(?<host>[^\\s()#>$%]{1,100})'

// What `prompt … priority state` adds; a context may have such a name too.
const stateWords = /^(?:pri|sec|act|stby|actNoFailover)$/

/** How often a word stands behind the hostname in a prompt: `fw/customer-a/act`. */
function wordsBehind(host: string, word: string): number {
  return host
    .split('/')
    .slice(1)
    .filter((one) => one === word).length
}

/**
 * Contexts of multiple context mode. The hostname in a prompt is that of the system space everywhere, and the
 * context's name stands behind it, at the place that `prompt` gives it (command reference: changeto, prompt).
 */
const contexts: ContextWays = {
  enter: (name) => `changeto context ${name}`,
  home: 'changeto system',
  shows(host, home, name) {
    if (host.split('/')[0] !== home.split('/')[0]) return false
    const least = stateWords.test(name) ? wordsBehind(home, name) + 1 : 1
    return wordsBehind(host, name) >= least
  },
}

/**
 * ASA, and PIX 7.0 and later, at the terminal. Prompts: unicon asa patterns and mock data; refusals:
 * cisco.asa and scrapli lists, Netspoc-Approve. The width of a terminal is a configuration command here
 * (Netspoc-Approve, asa/device.go), so it is never set.
 */
export const asaGrammar: Grammar = {
  ...sharedGrammar,
  modes: [
    { id: 'user', pattern: new RegExp(`^${host}>\\s?$`), writes: false },
    { id: 'privileged', pattern: new RegExp(`^${host}#\\s?$`), writes: false },
    { id: 'config', pattern: new RegExp(`^${host}\\((?<sub>config)\\)#\\s?$`), writes: true },
    {
      id: 'sub',
      pattern: new RegExp(`^${host}\\((?<sub>(?!config\\))[\\w.@/:+-]{1,40})\\)#\\s?$`),
      writes: true,
    },
  ],
  pager: {
    mark: /<--- More --->\s*$/,
    more: ' ',
    off: ['terminal pager 0'],
  },
  refusals: [
    /^ERROR:/,
    /^%(?!(?:ASA|PIX)-[0-7]-\d+:)/,
    /^Command authorization failed/,
    /^Removing .* (?:failed|not allowed)/,
    /^\*{4} WARNING \*{4}/,
    /Configuration Replication is NOT performed from Standby/i,
  ],
  noise: [
    // A date, or a timestamp of RFC 5424, and the device's name may stand before the message.
    /^(?:(?:[A-Z][a-z]{2} +\d+ (?:\d{4} )?[\d:]+|\d{4}-\d\d-\d\dT[\d:.]+\S*?)(?: \S+)? ?: )?%(?:ASA|PIX)(?:-\w+)?-[0-7]-\d+:/,
    /^\.?\s*(?:Beginning|End) configuration replication/i,
  ],
  questions: [
    {
      pattern: /The enable password is not set\.\s+Please set it now\.\s*(?:Enter\s+Password:)?\s*$/i,
      answer: '\u0003',
      after: 'abort',
      meaning: 'the device has no enable password and wants one set',
    },
    {
      pattern: /(?:Enter|Repeat)\s+Password:\s*$/,
      answer: '\u0003',
      after: 'abort',
      meaning: 'the device wants an enable password set',
    },
    {
      pattern: /anonymous error reporting.*\[Y\]es, \[N\]o, \[A\]sk later:?\s*$/is,
      answer: 'A\r',
      after: 'go-on',
      meaning: 'anonymous reporting, asked again later',
    },
    {
      pattern: /(?:\[confirm\]|\[yes\/no\]:?|\[y\/n\]:?|\(y\/n\)\??)\s*$/i,
      answer: 'n',
      after: 'abort',
      meaning: 'a question that ikero does not know',
    },
  ],
  context: contexts,
  save: {
    ...writeMemory,
    busy: /(?:busy|try again|in progress)/i,
  },
}
