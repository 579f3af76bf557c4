import type { Diagnostic } from '../src/kernel/diagnostics.ts'
import type { Result } from '../src/kernel/result.ts'
import type { PlatformId } from '../src/model/ids.ts'
import type { PeerDeclaration } from '../src/model/intent.ts'
import type { Scenario, ScenarioLogin } from './scenario.ts'
import type { SimulatedDevice } from './types.ts'

/** A simulated box and what its SSH server and an inventory need to know of it. */
export interface BuiltDevice {
  readonly name: string
  readonly platform: PlatformId
  readonly groups: readonly string[]
  /** Own tunnel addresses, from its configuration. */
  readonly endpoints: readonly string[]
  /** `login`: the server accepts the connection and says nothing; `after-login`: it never shows a prompt. */
  readonly hang?: 'login' | 'after-login'
  readonly device: SimulatedDevice
}

/** A running scenario: devices share one IKE world, and the world moves only when somebody looks. */
export interface BuiltScenario {
  /** In the order of the file. */
  readonly devices: readonly BuiltDevice[]
  /** The same on every device. */
  readonly login: ScenarioLogin
  /** Remote ends and how an inventory declares them. */
  readonly peers: readonly PeerDeclaration[]
  readonly world: {
    /** Moves the world's clock forward, in milliseconds. */
    advance(ms: number): void
  }
}

export type BuildScenario = (scenario: Scenario, options: { readonly now: () => number }) => BuiltScenario
export type LoadScenario = (path: string) => Result<Scenario, readonly Diagnostic[]>
