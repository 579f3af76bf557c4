import type { LinkFaults } from './faults.ts'
import type { Piece } from './faulty-terminal.ts'

/** What a link does next. */
export type Step = Exclude<Piece, { readonly kind: 'filler' }>

/** How much filler is made at a time. */
const mostFiller = 64 * 1024

/** The bytes that wait to leave a device, as the packets that its link makes of them. */
export class Outflow {
  readonly #link: LinkFaults
  #queue: Piece[] = []
  #paced = false

  constructor(link: LinkFaults) {
    this.#link = link
  }

  put(pieces: readonly Piece[]): void {
    this.#queue.push(...pieces.filter((piece) => piece.kind !== 'bytes' || piece.bytes.length > 0))
  }

  /** Throws away what waits. */
  clear(): void {
    this.#queue = []
  }

  /** Undefined: nothing waits. */
  next(): Step | undefined {
    const first = this.#queue[0]
    if (first === undefined) return undefined
    if (first.kind !== 'bytes' && first.kind !== 'filler') {
      this.#queue.shift()
      return first
    }
    const { everyMs } = this.#link
    if (everyMs !== undefined && !this.#paced) {
      this.#paced = true
      return { kind: 'wait', ms: everyMs }
    }
    this.#paced = false
    return {
      kind: 'bytes',
      bytes: first.kind === 'bytes' ? this.#packet(first.bytes) : this.#filler(first.count),
    }
  }

  #packet(bytes: Uint8Array): Uint8Array {
    const size = this.#link.chunk ?? bytes.length
    if (size >= bytes.length) this.#queue.shift()
    else this.#queue[0] = { kind: 'bytes', bytes: bytes.subarray(size) }
    return bytes.subarray(0, size)
  }

  #filler(count: number): Uint8Array {
    const size = Math.min(count, this.#link.chunk ?? mostFiller)
    if (size === count) this.#queue.shift()
    else this.#queue[0] = { kind: 'filler', count: count - size }
    return new Uint8Array(size).fill(0x78)
  }
}
