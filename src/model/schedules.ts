import type { SourcePosition } from '../kernel/diagnostics.ts'
import type { SecretRef } from './inventory.ts'
import type { FreezePeriod } from './remediation.ts'
import type { ChangeWindow } from './rollout.ts'

/** One row of `schedules`: which playbook is looked after, and when. */
export interface Schedule {
  /** Unique in its file: letters, digits, `-`, `_` and `.`. */
  readonly name: string
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string
  /** A name of the IANA time zone database. */
  readonly timezone: string
  /** Resolved against the folder of the schedules file, as are the two after it. */
  readonly playbook: string
  readonly inventory?: string
  readonly baseline?: string
  /** Only these devices of the playbook. */
  readonly limit?: string
  /** `remediate` is the consent of whoever wrote the file; guard rails hold all the same. */
  readonly mode: 'check' | 'remediate'
  /** Besides the playbook's own; remediate only. */
  readonly window?: ChangeWindow
  /** A run begins up to so much after its time, drawn anew for each. */
  readonly jitterMs: number
  /** Names of channels. */
  readonly notify: readonly string[]
  /** Unproven is overdue at once. Absent: no. */
  readonly requireProof?: true
  readonly at: SourcePosition
}

/** A webhook under `notify`. */
export interface Channel {
  readonly name: string
  /** A secret: who knows it may post. */
  readonly url: SecretRef
  /** The key of the signature header. Absent: no header. */
  readonly signWith?: SecretRef
  /** How long something wrong is silent before it is told again. Absent: once is enough. */
  readonly remindMs?: number
}

/** Where status page, metrics and health are served. */
export interface Listen {
  /** An address; `127.0.0.1` and `::1` are loopback. */
  readonly host: string
  /** 0: a free one. */
  readonly port: number
  /** Always there where the address is not loopback. */
  readonly token?: SecretRef
}

/** How long records of runs are kept. What is open, or is the last change of a target, is kept whatever its age. */
export interface Retention {
  readonly keepMs: number
  /** So many newest runs are kept whatever their age. */
  readonly atLeast: number
}

/** A schedules file as it means it, defaults filled in. */
export interface Schedules {
  /** As given on the command line. */
  readonly path: string
  readonly schedules: readonly Schedule[]
  readonly channels: readonly Channel[]
  /** Besides the playbooks' own. */
  readonly freeze: readonly FreezePeriod[]
  /** Absent: `listen: off`. */
  readonly listen?: Listen
  readonly retention: Retention
}
