import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { bench } from 'vitest'
import { root } from '../architecture/sources.ts'

// Of dist/, as it is installed: build it first. At most 1.5 times the start of Node alone.
const main = join(root, 'dist', 'main.js')
const starts = { '-e 0': ['-e', '0'], '--version': [main, '--version'], '--help': [main, '--help'] } as const
const names = ['-e 0', '--version', '--help'] as const

function msOf(args: readonly string[]): number {
  const before = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - before
}

function median(all: readonly number[]): number {
  return [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN
}

// One after the other in each round: what else the machine does then slows all of them alike.
const took: Readonly<Record<(typeof names)[number], number[]>> = { '-e 0': [], '--version': [], '--help': [] }
bench(
  'a start of Node alone, of ikero --version and of ikero --help',
  () => {
    for (const name of names) took[name].push(msOf(starts[name]))
  },
  {
    ...{ iterations: 30, time: 0, warmupIterations: 0, warmupTime: 0 },
    teardown: (_task, mode) => {
      if (mode !== 'run') return
      const node = median(took['-e 0'])
      const ratios = names.slice(1).map((name) => `${name} ${(median(took[name]) / node).toFixed(2)}`)
      process.stdout.write(`median start, as a multiple of Node alone: ${ratios.join(', ')}\n`)
    },
  },
)
