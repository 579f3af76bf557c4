import { sameAddress } from '../../model/address.ts'
import type { Role } from '../../model/facts.ts'

/** An SA's two ends by who started it. */
export interface Exchange {
  /** Started the exchange. */
  readonly src: string
  /** Answered it. */
  readonly dst: string
}

/** This device's part in an SA, and by it the ends; both absent where the part is not known. */
export interface Part {
  readonly role: Role
  readonly local?: string
  readonly peer?: string
}

/** The part by the addresses that are known as own; neither or both of them own is no answer. */
export function partByAddresses(exchange: Exchange, own: readonly string[]): Part {
  const srcOwn = own.some((address) => sameAddress(address, exchange.src))
  const dstOwn = own.some((address) => sameAddress(address, exchange.dst))
  if (srcOwn === dstOwn) return { role: 'unknown' }
  return srcOwn
    ? { role: 'initiator', local: exchange.src, peer: exchange.dst }
    : { role: 'responder', local: exchange.dst, peer: exchange.src }
}

/**
 * The part by the device's own Local and Remote columns, where they name the same two ends; otherwise by
 * own addresses. Columns that own addresses contradict are no answer either.
 */
export function partOf(
  exchange: Exchange,
  columns: { readonly local: string; readonly remote: string } | undefined,
  own: readonly string[],
): Part {
  const byAddresses = partByAddresses(exchange, own)
  if (columns === undefined) return byAddresses
  const byColumns = partByAddresses(exchange, [columns.local])
  const remoteEnd = byColumns.peer
  if (remoteEnd === undefined || !sameAddress(remoteEnd, columns.remote)) return byAddresses
  const contradicted = byAddresses.role !== 'unknown' && byAddresses.role !== byColumns.role
  return contradicted ? { role: 'unknown' } : byColumns
}
