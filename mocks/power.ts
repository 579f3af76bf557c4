/** Why a box booted: somebody typed `reload`, or it had lost its power. */
export type BootCause = 'reload' | 'power-on'

/** A boot of a box: when it answered again, on the world's clock. */
export interface Boot {
  readonly atMs: number
  readonly cause: BootCause
}

/** How long a box takes from `reload` to its first login prompt, in milliseconds. */
export const bootMs = 240_000

/** Which boxes nobody can reach, until when, and when each of them booted. Times are the world's, in milliseconds. */
export class Power {
  readonly #awayUntil = new Map<string, number>()
  readonly #boots = new Map<string, Boot>()

  boot(box: string, boot: Boot): void {
    this.#boots.set(box, boot)
    this.leave(box, boot.atMs)
  }

  /** Nobody reaches the box until then; what takes longer already still does. */
  leave(box: string, untilMs: number): void {
    this.#awayUntil.set(box, Math.max(untilMs, this.#awayUntil.get(box) ?? 0))
  }

  isAway(box: string, nowMs: number): boolean {
    return nowMs < (this.#awayUntil.get(box) ?? 0)
  }

  /** Undefined: it has been up since before the world began. */
  lastBoot(box: string): Boot | undefined {
    return this.#boots.get(box)
  }
}
