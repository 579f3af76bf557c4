import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildScenario } from '../../mocks/build.ts'
import { runLab } from '../../mocks/lab.ts'
import { parseScenario } from '../../mocks/load-scenario.ts'
import type { SimulatedDevice, SimulatedSession } from '../../mocks/types.ts'
import { systemClock } from '../../src/kernel/clock.ts'
import { root } from '../architecture/sources.ts'
import type { Ran } from './lab.ts'

/** What a device does with one line before it answers; `lost` never reaches it, and ends the session. */
export type OnLine = (device: string, line: string, mode: string) => 'lost' | 'taken'

export interface KillLab {
  readonly dir: string
  readonly flags: readonly string[]
  /** Looks at every line that a device receives, before it is answered. */
  watch(onLine: OnLine): void
  /** The value of every setting line that a device took, with the prompt it was typed at. */
  readonly taken: readonly { readonly device: string; readonly mode: string; readonly line: string }[]
  /** Types lines in a login of somebody else's. */
  meddle(device: string, lines: readonly string[]): void
  start(args: readonly string[]): { readonly child: ChildProcess; readonly ran: Promise<Ran> }
  stop(): Promise<void>
}

/** Devices behind SSH in this process, which outlive the runs that are killed. */
export async function startKillLab(scenarioText: string, playbook: string): Promise<KillLab> {
  const scenario = parseScenario('scenario.yml', scenarioText)
  if (scenario.kind === 'err') throw new Error(scenario.error.map(({ message }) => message).join('; '))
  const dir = mkdtempSync(join(tmpdir(), 'ikero-kill-'))
  const stop = new AbortController()
  const taken: { device: string; mode: string; line: string }[] = []
  let onLine: OnLine = () => 'taken'
  const built = buildScenario(scenario.value, { now: () => systemClock.monotonicMs(), password: 'lab' })
  const devices = built.devices.map((one) => ({
    ...one,
    device: watched(one.device, (line, mode) => {
      const does = onLine(one.name, line, mode)
      if (does === 'taken') taken.push({ device: one.name, mode, line })
      return does
    }),
  }))
  let ready = (): void => undefined
  const listening = new Promise<void>((resolve) => {
    ready = resolve
  })
  const lab = runLab(
    { ...built, devices },
    {
      outDir: dir,
      out: { write: (text) => text.includes('ready') && ready() },
      err: { write: () => undefined },
      signal: stop.signal,
      clock: systemClock,
    },
  )
  await listening
  writeFileSync(join(dir, 'playbook.yml'), playbook)
  return {
    dir,
    taken,
    flags: [
      ...['-i', join(dir, 'inventory.yml')],
      ...['--known-hosts', join(dir, 'known_hosts')],
      ...['--state-dir', join(dir, 'state')],
    ],
    watch: (watcher) => {
      onLine = watcher
    },
    meddle: (name, lines) => {
      const session = built.devices.find((one) => one.name === name)?.device.open()
      for (const line of lines) session?.enter(line)
    },
    start,
    stop: async () => {
      stop.abort()
      await lab
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function start(args: readonly string[]): { readonly child: ChildProcess; readonly ran: Promise<Ran> } {
  const child = spawn(process.execPath, [join(root, 'dist', 'main.js'), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ran = new Promise<Ran>((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8')
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8')
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, ran }
}

function watched(
  device: SimulatedDevice,
  onLine: (line: string, mode: string) => 'lost' | 'taken',
): SimulatedDevice {
  return {
    name: device.name,
    platform: device.platform,
    ...(device.faults === undefined ? {} : { faults: device.faults }),
    open: (): SimulatedSession => {
      const session = device.open()
      return {
        banner: session.banner,
        pagerMark: session.pagerMark,
        get prompt() {
          return session.prompt
        },
        get echo() {
          return session.echo
        },
        get pageLength() {
          return session.pageLength
        },
        get mode() {
          return session.mode
        },
        enter: (line) =>
          onLine(line, session.mode) === 'lost' ? { output: '', close: true } : session.enter(line),
        key: (key) => session.key(key),
      }
    },
  }
}

/** The id of a lab's first run. */
export function runIdIn(journalFolders: readonly string[]): string {
  const [first] = [...journalFolders].sort()
  if (first === undefined) throw new Error('no run was begun')
  return first
}

/** The kinds of what stands in a journal, whole lines only. */
export function journalKinds(path: string): readonly string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => /"kind":"([a-z-]+)"/.exec(line)?.[1] ?? [])
}
