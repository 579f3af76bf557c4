import type { ConfigLine } from './ssh-config-parse.ts'

/** A list of algorithms, or what is done to the list that stands without it. */
export interface AlgorithmEdit {
  readonly how: 'set' | 'append' | 'remove' | 'prepend'
  readonly names: readonly string[]
}

/** `[user@]host[:port]` of ProxyJump. */
export interface ProxyJump {
  readonly host: string
  readonly user?: string
  readonly port?: number
}

/** The word that takes a setting away. */
export function isNone(line: ConfigLine | undefined): boolean {
  return line?.args.length === 1 && line.args[0]?.toLowerCase() === 'none'
}

/** A port from 1 to 65535. */
export function portOf(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65_535 ? port : undefined
}

/** `yes` or `no`. */
export function flagOf(text: string): boolean | undefined {
  const word = text.toLowerCase()
  if (word === 'yes' || word === 'true') return true
  return word === 'no' || word === 'false' ? false : undefined
}

/** `none`, or hops with commas between: `[user@]host[:port]` or `ssh://[user@]host[:port]`. */
export function jumpsOf(line: ConfigLine): readonly ProxyJump[] | undefined {
  if (isNone(line)) return []
  const hops = (line.args[0] ?? '').split(',').map(jumpOf)
  return hops.includes(undefined) ? undefined : hops.flatMap((hop) => hop ?? [])
}

function jumpOf(text: string): ProxyJump | undefined {
  const parts = /^(?:ssh:\/\/)?(?:([^@\s]+)@)?(?:\[([^\]\s]+)\]|([^:\s]+))(?::(\d{1,5}))?\/?$/.exec(text)
  const host = parts?.[2] ?? parts?.[3]
  const port = parts?.[4] === undefined ? undefined : portOf(parts[4])
  if (host === undefined || /[%$]/.test(text) || (parts?.[4] !== undefined && port === undefined))
    return undefined
  const user = parts?.[1]
  return { host, ...(user === undefined ? {} : { user }), ...(port === undefined ? {} : { port }) }
}

/** `+`, `-` or `^` in front of the list changes the one that stands. */
export function editOf(text: string): AlgorithmEdit | undefined {
  const how = text.startsWith('+')
    ? 'append'
    : text.startsWith('-')
      ? 'remove'
      : text.startsWith('^')
        ? 'prepend'
        : 'set'
  const names = (how === 'set' ? text : text.slice(1)).split(',').filter((name) => name !== '')
  return names.length === 0 ? undefined : { how, names }
}
