interface Entry {
  readonly atMs: number
  readonly key: string
}

/** What is due, earliest first; at the same moment the order of keys decides, so that runs repeat. */
export class EventQueue {
  // Latest first: the next one is taken from the end.
  readonly #entries: Entry[] = []

  add(key: string, atMs: number): void {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = this.#entries[middle]
      if (other !== undefined && isLater(other, { atMs, key })) low = middle + 1
      else high = middle
    }
    this.#entries.splice(low, 0, { atMs, key })
  }

  take(): Entry | undefined {
    return this.#entries.pop()
  }
}

function isLater(one: Entry, other: Entry): boolean {
  return one.atMs > other.atMs || (one.atMs === other.atMs && one.key > other.key)
}
