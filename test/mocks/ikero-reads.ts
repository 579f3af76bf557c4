import type { SimulatedSession } from '../../mocks/types.ts'
import type { Capture } from '../../src/model/capture.ts'
import type { DeviceFacts } from '../../src/model/facts.ts'
import type { Driver } from '../../src/platform/driver.ts'

/** What ikero's own readers make of a simulated device. */
export function factsOf(session: SimulatedSession, driver: Driver, hostname: string): DeviceFacts {
  const software = driver.software(session.enter('show version').output)
  const captures = [driver.identify, ...driver.probes(software).map((probe) => probe.line)].map(
    (line): Capture => {
      const text = session.enter(line).output
      const refusal = text
        .split('\n')
        .find((row) => driver.grammar.refusals.some((pattern) => pattern.test(row)))
      return { line, text, ...(refusal === undefined ? {} : { refusal }) }
    },
  )
  const facts = driver.facts(captures, { hostname, privileged: true })
  if (facts.kind === 'err') throw new Error(JSON.stringify(facts.error))
  return facts.value
}
