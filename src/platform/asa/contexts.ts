import { firstOf, shown } from '../text.ts'

/** A security context of an ASA in multiple context mode. */
export interface Context {
  readonly name: string
  readonly url?: string
}

/** What `show context` tells, from the system space or the admin context. */
export interface ContextFacts {
  readonly mode: 'multiple'
  readonly adminContext?: string
  readonly contexts: readonly Context[]
  readonly total?: number
}

const heading = /^Context Name\s+Class\s+Interfaces\b/
const row = /^(?<mark>[* ]?)(?<name>[^\s,]+)\s+\S+\s+\S.*?\s(?<url>[a-z][\w-]*:\S*)\s*$/i
const footer = /^Total active Security Contexts:\s*(\d+)/

/** `show context`; the interfaces of a context may wrap over several lines, which belong to no other. */
export function readContexts(lines: readonly string[]): ContextFacts | undefined {
  const start = lines.findIndex((line) => heading.test(line))
  if (start === -1) return undefined
  const contexts: Context[] = []
  let admin: string | undefined
  for (const line of lines.slice(start + 1)) {
    const groups = row.exec(line)?.groups
    if (groups?.name === undefined || /^\s{2,}/.test(line)) continue
    contexts.push({ name: groups.name, ...shown({ url: groups.url }) })
    if (groups.mark === '*') admin = groups.name
  }
  const total = firstOf(lines, footer)
  return {
    mode: 'multiple',
    contexts,
    ...shown({ adminContext: admin, total: total === undefined ? undefined : Number(total) }),
  }
}

/** `show mode`: `Security context mode: single`. */
export function readMode(lines: readonly string[]): 'single' | 'multiple' | undefined {
  const mode = firstOf(lines, /^Security context mode:\s*(single|multiple)\b/i)?.toLowerCase()
  return mode === 'single' || mode === 'multiple' ? mode : undefined
}
