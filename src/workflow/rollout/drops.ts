import type { IkeSa, SaReading } from '../../model/facts.ts'
import type { Finding } from '../../model/finding.ts'
import type { DevicePlan } from '../../model/plan.ts'
import { softwareInWords } from '../../model/software-name.ts'
import { droppedSas } from '../../proof/dropped.ts'
import type { Look } from '../prove.ts'

export interface DropsAbout {
  readonly plan: DevicePlan
  /** The SAs just before the push. */
  readonly before: SaReading
  /** Peers whose SAs this run clears. */
  readonly cleared: readonly string[]
}

/** Looks whether a canary's SAs end together with its change (SA_DROPPED), and tells it once. */
export class DropWatch {
  readonly #about: DropsAbout
  readonly #onDrop: (what: string) => void
  #findings: readonly Finding[] = []

  constructor(about: DropsAbout, onDrop: (what: string) => void) {
    this.#about = about
    this.#onDrop = onDrop
  }

  get findings(): readonly Finding[] {
    return this.#findings
  }

  look({ reading, readAtMs, failed }: Look): void {
    const { plan, before, cleared } = this.#about
    if (failed || this.#findings.length > 0) return
    const gone = droppedSas(before, reading, readAtMs, cleared)
    if (gone.length === 0) return
    this.#findings = [saDropped(plan, gone, readAtMs)]
    this.#onDrop(`SAs ended with the change, before their time (SA_DROPPED)`)
  }
}

function saDropped({ software }: DevicePlan, gone: readonly IkeSa[], atMs: number): Finding {
  const count = gone.length === 1 ? '1 established SA' : `${gone.length} established SAs`
  const seconds = Math.max(1, Math.round(atMs / 1000))
  return {
    code: 'SA_DROPPED',
    severity: 'warn',
    message: `${count} with more than two minutes of lifetime left ended within ${seconds}s of the change, on ${softwareInWords(software)}`,
    evidence: gone
      .slice(0, 5)
      .map((sa) => sa.evidence)
      .join('\n'),
    next: 'look at the log of this device and of the peer; if the change did it, go on in a window in which a short interruption may be, with small waves',
    peers: [...new Set(gone.flatMap(({ peer }) => peer ?? []))],
  }
}
