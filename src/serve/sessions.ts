import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../kernel/clock.ts'
import { addressKey } from '../model/address.ts'

const sessionMs = 12 * 3_600_000
const mostSessions = 100
const minuteMs = 60_000
const mostTries = 5
const mostAddresses = 1000

/** Who may read what serve answers where a token guards it. */
export interface Gate {
  /**
   * Whether a text is the token. After five wrong ones from one address (of IPv6, one /64) within a minute its tries are not looked at, and
   * not counted, until the oldest of them is a minute old: a right one would tell that it is right.
   */
  tries(address: string, token: string): 'right' | 'wrong' | 'too-many'
  /** Begins a session of a browser: its secret, which says nothing of the token. */
  open(): string
  isOpen(session: string): boolean
  close(session: string): void
}

/** Sessions live as long as the process, twelve hours at most. */
export function createGate(token: string, clock: Pick<Clock, 'monotonicMs'>): Gate {
  const expected = digest(token)
  /** When each ends, by the digest of its secret: looking it up takes the same time whatever was guessed. */
  const sessions = new Map<string, number>()
  const wrong = new Map<string, readonly number[]>()

  const recent = (address: string): readonly number[] =>
    (wrong.get(address) ?? []).filter((at) => clock.monotonicMs() - at < minuteMs)
  const noteWrong = (address: string): void => {
    const times = [...recent(address), clock.monotonicMs()]
    // Behind all others, so that the first of the map is the one that was quiet for longest.
    wrong.delete(address)
    wrong.set(address, times)
    dropFirst(wrong, mostAddresses)
  }

  return {
    tries(from, given) {
      const address = guesserOf(from)
      if (recent(address).length >= mostTries) return 'too-many'
      if (timingSafeEqual(digest(given), expected)) return 'right'
      noteWrong(address)
      return 'wrong'
    },
    open() {
      const secret = randomBytes(32).toString('base64url')
      sessions.set(keyOf(secret), clock.monotonicMs() + sessionMs)
      dropFirst(sessions, mostSessions)
      return secret
    },
    isOpen(secret) {
      const ends = sessions.get(keyOf(secret))
      return ends !== undefined && clock.monotonicMs() < ends
    },
    close: (secret) => void sessions.delete(keyOf(secret)),
  }
}

/**
 * Who has one IPv6 address mostly has 2^64 of them: those of one /64 are one guesser (RFC 4291, 2.5.4). An IPv4 address is
 * one, also as a socket that listens to both has it (`::ffff:192.0.2.1`), and so is a neighbour (`fe80::1%eth0`).
 */
function guesserOf(address: string): string {
  const key = addressKey(address)
  return key.startsWith('128:') ? key.slice(4).padStart(32, '0').slice(0, 16) : address
}

function dropFirst(map: Map<string, unknown>, most: number): void {
  const [first] = map.keys()
  if (map.size > most && first !== undefined) map.delete(first)
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function keyOf(secret: string): string {
  return digest(secret).toString('base64')
}
