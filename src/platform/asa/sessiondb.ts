import { firstOf, shown } from '../text.ts'

/** An IKE tunnel of a session. */
export interface IkeTunnel {
  readonly version: 1 | 2
  /** `382305.1`: the session's index and the tunnel in it (8.0 and later; older releases print another number). */
  readonly tunnelId?: string
  /** `Rekey Int (T)` and `Rekey Left(T)`: life of the present SA, and what is left of it. */
  readonly lifeSeconds?: number
  readonly leftSeconds?: number
}

/** One LAN-to-LAN session of the VPN session database; it says nothing of roles. */
export interface VpnSession {
  /** The tunnel-group's name. */
  readonly connection?: string
  readonly index?: string
  /** Address or name, as printed. */
  readonly peer?: string
  readonly protocol?: string
  readonly duration?: string
  /** How many IKE tunnels the session says it has. */
  readonly ikeSessions?: number
  readonly tunnels: readonly IkeTunnel[]
}

export interface SessionTable {
  readonly recognised: boolean
  readonly sessions: readonly VpnSession[]
}

const sectionHead =
  /^\s*(?<name>IKE(?:v[12])?|IPsec\w*|NAC|SSL-Tunnel|Clientless|DTLS-Tunnel|AnyConnect-\w+):\s*$/i
const heading = /Session Type: LAN-to-LAN/i
const empty = /There are (?:presently )?no active sessions/i

/** The value of one key: values end at a wide gap, where the second column begins. */
function value(lines: readonly string[], key: string): string | undefined {
  return firstOf(lines, new RegExp(`(?:^|\\s)${key}\\s*:[ \\t]*(\\S+(?: \\S+)*)`))
}

function seconds(text: string | undefined): number | undefined {
  const digits = text === undefined ? undefined : /^(\d{1,9}) Seconds/i.exec(text)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function readTunnel(name: string, lines: readonly string[]): IkeTunnel {
  return {
    // A plain `IKE:` is of releases that knew only version 1.
    version: /v2$/i.test(name) ? 2 : 1,
    ...shown({
      tunnelId: value(lines, 'Tunnel ID'),
      lifeSeconds: seconds(value(lines, 'Rekey Int \\(T\\)')),
      leftSeconds: seconds(value(lines, 'Rekey Left\\(T\\)')),
    }),
  }
}

/** Cuts lines where a new part begins; what stands before the first head is left out. */
function split(lines: readonly string[], head: RegExp): readonly (readonly string[])[] {
  const parts: string[][] = []
  for (const line of lines) {
    if (head.test(line)) parts.push([line])
    else parts.at(-1)?.push(line)
  }
  return parts
}

function readSession(lines: readonly string[]): VpnSession {
  const sections = split(lines, sectionHead)
  const first = lines.findIndex((line) => sectionHead.test(line))
  const own = first === -1 ? lines : lines.slice(0, first)
  const count = firstOf(own, /^\s*IKE(?:v[12])? (?:Sessions|Tunnels):\s*(\d+)/i)
  const facts = shown({
    connection: value(own, 'Connection'),
    index: value(own, 'Index'),
    peer: value(own, 'IP Addr'),
    protocol: value(own, 'Protocol'),
    duration: value(own, 'Duration'),
    ikeSessions: count === undefined ? undefined : Number(count),
  })
  const tunnels = sections.flatMap(([head = '', ...rest]) => {
    const name = sectionHead.exec(head)?.groups?.name ?? ''
    return /^IKE/i.test(name) ? [readTunnel(name, rest)] : []
  })
  return { ...facts, tunnels }
}

/** `show vpn-sessiondb detail l2l`, in the three layouts that releases since 7.0 have printed. */
export function readSessions(lines: readonly string[]): SessionTable {
  const body = lines.filter((line) => !heading.test(line))
  return {
    recognised: lines.some((line) => heading.test(line) || empty.test(line)),
    sessions: split(body, /^\s*Connection\s*:/).map(readSession),
  }
}
