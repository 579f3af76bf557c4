import type { ProofSettings, SavePolicy } from './playbook.ts'

/** What of its playbook a run needs to be finished by another process, when the file may have changed. */
export interface RunSettings {
  readonly save: SavePolicy
  readonly onBlocked: 'device' | 'target'
  readonly proof: Pick<ProofSettings, 'withinMs' | 'lostAfterMs' | 'require'>
  readonly concurrency: number
  /** SHA-256 over the playbook file, in hexadecimal; absent where it could not be read again. */
  readonly playbookSum?: string
}

/** Of runs that were recorded before settings were: the defaults of a playbook. */
export const defaultSettings: RunSettings = {
  save: 'if-clean',
  onBlocked: 'device',
  proof: { withinMs: 300_000, lostAfterMs: 90_000 },
  concurrency: 50,
}
