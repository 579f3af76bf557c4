import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { systemClock } from '../kernel/clock.ts'
import { scenarioPath, unknownScenario } from '../wire/assets.ts'
import type { RunCommand } from './command-row.ts'
import { Flags, usage } from './flags.ts'
import { refuse } from './shared.ts'

export const runSimulate: RunCommand = async ([scenario = ''], values, io) => {
  const flags = new Flags(values)
  const base = flags.count('portBase', '--port-base', 1, 65_535)
  const out = flags.text('out')
  const unknown = unknownScenario(scenario, io.cwd)
  const wrong = [
    ...(unknown === undefined ? [] : [unknown]),
    ...(base.problem === undefined ? [] : [base.problem]),
    ...(out === undefined
      ? [usage('--out is missing', 'name the folder for the inventory of the devices')]
      : []),
  ]
  if (out === undefined || wrong.length > 0) return refuse(wrong, flags, io)
  const { simulate } = await import('../../mocks/simulate.ts')
  const answer = await simulate({
    scenarioPath: scenarioPath(scenario, io.cwd),
    outDir: resolve(io.cwd, out),
    out: io.stdout,
    err: io.stderr,
    signal: io.signal,
    clock: systemClock,
    commands: (each) => {
      const lines = createInterface({ input: io.stdin })
      lines.on('line', each)
      return () => lines.close()
    },
    ...(base.value === undefined ? {} : { portBase: base.value }),
  })
  return answer.kind === 'err' ? refuse(answer.error, flags, io) : 0
}
