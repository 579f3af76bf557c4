import type { Finding } from './finding.ts'
import type { DeviceIdentity } from './identity.ts'
import type { PlatformId } from './ids.ts'
import type { Target } from './intent.ts'
import type { Status } from './outcome.ts'
import type { Decision, PeerClear, PlannedRevertTimer, TargetPeers } from './plan.ts'
import type { Playbook } from './playbook.ts'

/** The first key of a plan file: by it one is told from a playbook. */
export const planFileKind = 'ikero-plan'
export const planFileFormat = 1

/** Everything of a playbook but its name, its place, what it asks of which host, and what remediation keeps to. */
export type PlaybookSettings = Omit<Playbook, 'path' | 'name' | 'change' | 'inventory' | 'items' | 'drift'>

/**
 * A saved plan: what a person approves, and all that apply needs beside an inventory. It holds no secret.
 * Who changes its form raises {@link planFileFormat}.
 */
export interface PlanFile {
  readonly kind: typeof planFileKind
  readonly formatVersion: typeof planFileFormat
  /** `sha256:` and the digest of {@link canonicalJson} of all other keys. */
  readonly contentHash: string
  readonly createdAt: string
  /** Of ikero: only the same version knows all settings that it wrote. */
  readonly version: string
  readonly playbook: { readonly name: string; readonly path: string; readonly change?: string }
  /** Where the secrets come from, and what the pins are compared with. */
  readonly inventory: string
  /** As the playbook object holds them, durations in milliseconds. */
  readonly settings: PlaybookSettings
  readonly devices: readonly PlannedDevice[]
  readonly notPlanned: readonly NotPlanned[]
}

/** What of the inventory a plan rests on, and the key that the device proved. */
export interface DevicePins {
  readonly address: string
  readonly port: number
  readonly platform: PlatformId
  /** `bastion (198.51.100.7 port 22)`: jump hosts of the inventory, the nearest first. */
  readonly via: readonly string[]
  /** Its name: the secrets stay where they are. */
  readonly credential: string
  /** `SHA256:…`; absent where the session had no host key. */
  readonly hostKey?: string
}

/** One device of a plan. */
export interface PlannedDevice {
  readonly host: string
  readonly pins: DevicePins
  /** All lines of the device, as `--json` of the plan has them. */
  readonly change: {
    readonly lines: readonly string[]
    readonly revert: readonly string[]
    readonly clears: readonly string[]
  }
  /** Where the login leads, then each context that is asked for. */
  readonly spaces: readonly PlannedSpace[]
}

export interface PlannedSpace {
  /** Absent: where the login leads. */
  readonly context?: string
  readonly identity: DeviceIdentity
  readonly software: {
    readonly os: string
    readonly version?: string
    readonly model?: string
    readonly serial?: string
  }
  /** Accepted risks among them, each with who took it on. */
  readonly findings: readonly Finding[]
  /** The device's own way back that the lines are sent under; absent: none. */
  readonly revertTimer?: PlannedRevertTimer
  readonly targets: readonly PlannedTarget[]
}

export interface PlannedTarget {
  readonly name: string
  readonly target: Target
  readonly decision: Decision['kind']
  /** skipped only. */
  readonly reason?: string
  readonly before: string
  readonly wanted: string
  readonly fingerprint: string
  readonly lines: readonly string[]
  readonly revert: readonly string[]
  readonly clears: readonly { readonly peer: string; readonly lines: readonly string[] }[]
  readonly usedBy: readonly string[]
  readonly peers: Pick<TargetPeers, 'listed' | 'any'>
  /** The configuration lines that the fingerprint is over, with what may be a secret masked. */
  readonly basis: readonly string[]
}

/** What apply of this plan leaves alone. */
export interface NotPlanned {
  readonly host: string
  readonly status: Status
  readonly code?: string
  readonly reason: string
  /** Absent: all of the device. */
  readonly targets?: readonly string[]
}

/** JSON without blanks, the keys of every map in the order of their code units. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  )
}

/** The same clear, to the letter. */
export function isSameClear(
  one: Pick<PeerClear, 'peer'> & { readonly lines: readonly string[] },
  other: PlannedTarget['clears'][number],
): boolean {
  return one.peer === other.peer && sameLines(one.lines, other.lines)
}

export function sameLines(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((line, index) => line === others[index])
}
