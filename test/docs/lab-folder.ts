import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { simulate } from '../../mocks/simulate.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { root } from '../architecture/sources.ts'

/** A folder that looks like a clone, with the lab that answers there. */
export interface LabFolder {
  readonly dir: string
  /** Ends the lab; the folder stays. */
  stop(): Promise<void>
  remove(): Promise<void>
}

/** Copies what the pages use, and starts a scenario, or the usual lab, in its folder `lab`. */
export async function labFolder(scenario?: string): Promise<LabFolder> {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-page-'))
  for (const name of ['playbooks', 'inventory', 'mocks/scenarios'])
    cpSync(join(root, name), join(dir, name), { recursive: true })
  mkdirSync(join(dir, '.ikero'))
  const stop = new AbortController()
  const lab = await startLab(scenario, dir, stop.signal)
  const end = async (): Promise<void> => {
    stop.abort()
    await lab.over
  }
  return {
    dir,
    stop: end,
    remove: async () => {
      await end()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Starts a scenario's devices; the ports of the usual lab go into the inventory that the playbooks name. */
async function startLab(
  scenario: string | undefined,
  dir: string,
  signal: AbortSignal,
): Promise<{ readonly over: Promise<unknown> }> {
  const outDir = join(dir, 'lab')
  let ready = (): void => undefined
  const listening = new Promise<void>((resolve) => {
    ready = resolve
  })
  const scenarioPath = join(dir, scenario ?? 'mocks/scenarios/lab.yml')
  const out = { write: (text: string) => text.includes('ready') && ready() }
  const lab = simulate({ scenarioPath, outDir, out, err: { write: () => true }, signal, clock: systemClock })
  await Promise.race([listening, lab])
  if (scenario !== undefined) return { over: lab }
  const { hosts }: { hosts: Record<string, { port: number }> } = parse(
    readFileSync(join(outDir, 'inventory.yml'), 'utf8'),
  )
  const path = join(dir, 'inventory', 'lab.yml')
  let text = readFileSync(path, 'utf8')
  for (const [nth, { port }] of Object.values(hosts).entries())
    text = text.replace(`port: ${10022 + nth}\n`, `port: ${port}\n`)
  writeFileSync(path, text)
  return { over: lab }
}
