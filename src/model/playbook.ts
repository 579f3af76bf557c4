import type { SourcePosition } from '../kernel/diagnostics.ts'
import type { PlatformId } from './ids.ts'
import type { TargetIntent, WantedState } from './intent.ts'

/** One item under `routers` or `asas`. */
export interface PlaybookItem {
  readonly platform: PlatformId
  /** Names, `group:NAME` and globs, each with its place in the file for messages about it. */
  readonly hosts: readonly HostPattern[]
  readonly targets: readonly TargetIntent[]
}

/** One item of `hosts`, with its place for messages about it. */
export interface HostPattern {
  readonly text: string
  readonly at: SourcePosition
}

export interface ProofSettings {
  /** How long apply waits for a fresh SA. */
  readonly withinMs: number
  /** A peer that had an SA and has none for so long is lost. */
  readonly lostAfterMs: number
}

/** A playbook as its file means it, defaults filled in. */
export interface Playbook {
  /** As given on the command line. */
  readonly path: string
  readonly name: string
  /** Ticket id, carried into every output. */
  readonly change?: string
  /** Resolved against the playbook's folder; absent where the file names none. */
  readonly inventory?: string
  readonly items: readonly PlaybookItem[]
  readonly state: WantedState
  readonly concurrency: number
  readonly proof: ProofSettings
  /** `if-clean` comes with a later release: until then nothing is saved unless `always` is written. */
  readonly save: 'always' | 'never'
}
