import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { simulate } from '../../mocks/simulate.ts'
import { systemClock } from '../../src/kernel/clock.ts'

/** The lab scenario, simulated in this process for clients in others. */
export interface ForeignLab {
  /** inventory.yml, known_hosts, password and lines.ndjson lie here. */
  readonly dir: string
  readonly password: string
  port(device: string): number
  stop(): Promise<void>
}

export async function startForeignLab(): Promise<ForeignLab> {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-foreign-'))
  const stop = new AbortController()
  let announce: () => void = () => undefined
  const ready = new Promise<void>((resolve) => {
    announce = resolve
  })
  const ended = simulate({
    scenarioPath: fileURLToPath(new URL('../../mocks/scenarios/lab.yml', import.meta.url)),
    outDir: dir,
    out: { write: () => announce() },
    err: { write: () => undefined },
    signal: stop.signal,
    clock: systemClock,
  })
  const failed = ended.then((result) => {
    throw new Error(`the lab did not start: ${JSON.stringify(result)}`)
  })
  await Promise.race([ready, failed])
  failed.catch(() => undefined)
  const inventory = readFileSync(join(dir, 'inventory.yml'), 'utf8')
  return {
    dir,
    password: readFileSync(join(dir, 'password'), 'utf8'),
    port: (device) => {
      const port = new RegExp(`^  ${device}:\\n    address: .*\\n    port: (\\d+)$`, 'm').exec(inventory)?.[1]
      if (port === undefined) throw new Error(`no ${device} in the lab's inventory`)
      return Number(port)
    },
    stop: async () => {
      stop.abort()
      await ended
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
