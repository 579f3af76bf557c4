import { sameAddress } from '../../model/address.ts'
import type { Role } from '../../model/facts.ts'

/** An SA's two ends by who started it. */
export interface Exchange {
  /** Started the exchange. */
  readonly src: string
  /** Answered it. */
  readonly dst: string
}

/** What is known of the addresses of both ends before an SA is read. */
export interface KnownAddresses {
  /** This device's own. */
  readonly own: readonly string[]
  /** Those of peers that the configuration names. */
  readonly peers: readonly string[]
}

/** This device's part in an SA, and by it the ends; both absent where the part is not known. */
export interface Part {
  readonly role: Role
  readonly local?: string
  readonly peer?: string
}

/** The part by the addresses that are known as own; neither or both of them own is no answer. */
export function partByAddresses(exchange: Exchange, own: readonly string[]): Part {
  const srcOwn = isOneOf(exchange.src, own)
  const dstOwn = isOneOf(exchange.dst, own)
  if (srcOwn === dstOwn) return { role: 'unknown' }
  return srcOwn
    ? { role: 'initiator', local: exchange.src, peer: exchange.dst }
    : { role: 'responder', local: exchange.dst, peer: exchange.src }
}

function isOneOf(address: string, known: readonly string[]): boolean {
  return known.some((each) => sameAddress(each, address))
}

/**
 * The part by own addresses; where neither end is known as own (a leased address, a virtual one), by the one
 * end that the configuration names as a peer.
 */
function partByKnown(exchange: Exchange, { own, peers }: KnownAddresses): Part {
  const { src, dst } = exchange
  if (isOneOf(src, own) || isOneOf(dst, own)) return partByAddresses(exchange, own)
  const srcPeer = isOneOf(src, peers)
  return srcPeer === isOneOf(dst, peers)
    ? { role: 'unknown' }
    : partByAddresses(exchange, [srcPeer ? dst : src])
}

/**
 * The part by the device's own Local and Remote columns, where they name the same two ends; otherwise by
 * own addresses and configured peers. Columns that own addresses contradict are no answer either.
 */
export function partOf(
  exchange: Exchange,
  columns: { readonly local: string; readonly remote: string } | undefined,
  known: KnownAddresses,
): Part {
  if (columns === undefined) return partByKnown(exchange, known)
  const byColumns = partByAddresses(exchange, [columns.local])
  const remoteEnd = byColumns.peer
  if (remoteEnd === undefined || !sameAddress(remoteEnd, columns.remote)) return partByKnown(exchange, known)
  const byAddresses = partByAddresses(exchange, known.own)
  const contradicted = byAddresses.role !== 'unknown' && byAddresses.role !== byColumns.role
  return contradicted ? { role: 'unknown' } : byColumns
}
