import type { Diagnostic } from '../src/kernel/diagnostics.ts'
import type { Result } from '../src/kernel/result.ts'
import { buildScenario } from './build.ts'
import { type LabRequest, runLab } from './lab.ts'
import { makePassword } from './lab-files.ts'
import { loadScenario } from './load-scenario.ts'

export interface SimulateRequest extends LabRequest {
  readonly scenarioPath: string
}

/**
 * `ikero simulate`: serves the devices of a scenario file until the signal aborts, then `ok`. What is wrong
 * with the scenario, the ports or the folder comes back before `ready` was printed.
 */
export async function simulate(request: SimulateRequest): Promise<Result<void, readonly Diagnostic[]>> {
  const scenario = loadScenario(request.scenarioPath)
  if (scenario.kind === 'err') return scenario
  const built = buildScenario(scenario.value, {
    now: () => request.clock.monotonicMs(),
    password: makePassword(),
  })
  return runLab(built, request)
}
