import type { IkeEndpoint, IkeHabits, IkeParty, IkeWorld } from '../../mocks/ike-types.ts'
import { sasOf } from '../../mocks/ike-view.ts'

export interface EndOptions extends Partial<IkeHabits> {
  readonly start?: boolean
  readonly answer?: boolean
  readonly rekey?: boolean
  readonly versions?: IkeEndpoint['versions']
  readonly any?: boolean
  readonly onePeer?: boolean
  readonly idleMs?: number
  readonly ikeSeconds?: number
}

export const addressOf = (name: string): string => `10.0.0.${name.charCodeAt(0) - 96}`

/** A party at one address with a tunnel to each of the others that it lists. */
export function party(name: string, peers: readonly string[], options: EndOptions = {}): IkeParty {
  const { start = true, answer = true, rekey, versions = [1], any = false, ...rest } = options
  const { onePeer, idleMs, ikeSeconds, renews = false, ...habits } = rest
  const local = addressOf(name)
  const endpoint: IkeEndpoint = {
    local,
    peers: any ? 'any' : peers.map(addressOf),
    versions,
    mayStart: start,
    mayAnswer: answer,
    interface: 'outside',
    origin: name,
    ...(rekey === undefined ? {} : { mayRekey: rekey }),
    ...(onePeer === undefined ? {} : { onePeer }),
    ...(idleMs === undefined ? {} : { idleMs }),
    ...(ikeSeconds === undefined ? {} : { ikeSeconds: { 1: ikeSeconds, 2: ikeSeconds } }),
  }
  return { name, addresses: [local], renews, ...habits, endpoints: [endpoint] }
}

/** True where this party started, oldest SA first. */
export const roles = (world: IkeWorld, name: string): readonly boolean[] =>
  sasOf(world, name).map((sa) => sa.initiator)
