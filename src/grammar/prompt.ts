import type { Grammar, Prompt, PromptReading } from './types.ts'

/** Characters that every IOS train keeps of a hostname in a configuration prompt (sources: NM-ios). */
const keptOfHostname = 16

/**
 * Reads the last line of some output as a prompt. With a hostname learned at login, a line of another
 * host is not a prompt: device text and banners may look like one.
 */
export function readPrompt(grammar: Grammar, lastLine: string, hostname?: string): PromptReading {
  // A BEL may follow the prompt, and lines may be redrawn: only the text after the last CR counts.
  const text = lastLine.replace(/\u0007/g, '').replace(/^.*\r(?=.)/s, '')
  const found: Prompt[] = []
  for (const mode of grammar.modes) {
    const match = mode.pattern.exec(text)
    if (match === null) continue
    const host = match.groups?.host ?? ''
    if (hostname !== undefined && !sameHost(hostname, host)) continue
    const sub = match.groups?.sub
    found.push({ mode: mode.id, hostname: host, text, ...(sub === undefined ? {} : { sub }) })
  }
  const [first, ...more] = found
  if (first === undefined) return { kind: 'none' }
  return more.length === 0 ? { kind: 'one', prompt: first } : { kind: 'many', prompts: found }
}

/**
 * The hostname as learned, or cut as IOS cuts it in configuration mode. What stands behind a slash on ASA,
 * context and failover state, is never cut: `fw/customer-a` is not the `fw` of the system space.
 */
function sameHost(learned: string, shown: string): boolean {
  if (learned === shown) return true
  if (learned.includes('/')) return false
  return shown.length >= keptOfHostname && learned.startsWith(shown)
}
