import type { Finding } from './finding.ts'
import type { CommandName, DeviceOutcome } from './outcome.ts'
import type { DevicePlan } from './plan.ts'
import type { LinePurpose } from './record.ts'

/** Where a device is on its way; the terminal counts devices per step. */
export type Step =
  | 'connecting'
  | 'reading'
  | 'read'
  | 'changing'
  | 'changed'
  | 'saving'
  | 'proving'
  | 'reverting'
  | 'finished'

/** What a run tells while it works; `context`: the ASA context of that device that it is about. Reports listen; nothing else prints. */
export type RunEvent =
  | {
      readonly kind: 'run-started'
      readonly command: CommandName
      readonly runId: string
      readonly playbook: string
      readonly hosts: readonly string[]
      /** drift that puts back what has drifted: it changes devices. */
      readonly remediates?: true
    }
  | { readonly kind: 'step'; readonly host: string; readonly step: Step }
  | { readonly kind: 'finding'; readonly host: string; readonly finding: Finding }
  | { readonly kind: 'planned'; readonly plan: DevicePlan }
  | {
      readonly kind: 'line-sent'
      readonly host: string
      readonly context?: string
      readonly target: string
      readonly line: string
      readonly purpose: LinePurpose
    }
  | {
      readonly kind: 'line-replied'
      readonly host: string
      readonly line: string
      readonly reply: 'accepted' | 'refused' | 'link-lost'
      readonly said: string
    }
  | {
      readonly kind: 'read-back'
      readonly host: string
      readonly target: string
      readonly value: string
      readonly asWanted: boolean
    }
  | {
      readonly kind: 'saved'
      readonly host: string
      readonly context?: string
      readonly ok: boolean
      readonly said: string
    }
  | {
      readonly kind: 'coverage'
      readonly host: string
      readonly context?: string
      readonly text: string
      readonly proven: number
      readonly peers: number
    }
  /** A wave of devices that are changed together is begun; `wave` counts from 1. */
  | {
      readonly kind: 'wave-started'
      readonly wave: number
      readonly of: number
      readonly canary: boolean
      readonly hosts: readonly string[]
      /** What its devices have to be before the next wave begins; absent for the last one. */
      readonly awaits?: 'alive' | 'verified'
    }
  /** No further device is begun. */
  | { readonly kind: 'rollout-stopped'; readonly reason: string }
  | { readonly kind: 'device-finished'; readonly outcome: DeviceOutcome }
  | { readonly kind: 'run-finished'; readonly exitCode: number }

/** Whoever listens to a run; is not waited for. */
export type Emit = (event: RunEvent) => void
