import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simulate } from '../../mocks/simulate.ts'
import { type Clock, systemClock } from '../../src/kernel/clock.ts'
import { root } from '../architecture/sources.ts'
import { checkEnd } from '../cli/documented-ends.ts'
import { expectData } from '../documents.ts'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Sent to the process when this text has come from it. */
  readonly interruptAt?: string
}

/** The built program in a process of its own, without a terminal. What it prints for programs is checked. */
export function ikero(args: readonly string[], { env = {}, interruptAt }: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'dist', 'main.js'), ...args], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    let interrupted = false
    const look = (): void => {
      if (interruptAt === undefined || interrupted || !`${stdout}${stderr}`.includes(interruptAt)) return
      interrupted = true
      child.kill('SIGINT')
    }
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8')
      look()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8')
      look()
    })
    child.on('error', reject)
    child.on('close', (code) => {
      try {
        checkEnd(args, { code, stderr })
        expectData(args, code, stdout)
        resolve({ code, stdout, stderr })
      } catch (thrown) {
        reject(thrown)
      }
    })
  })
}

export interface ReceivedLine {
  readonly device: string
  readonly mode: string
  readonly line: string
}

export interface Lab {
  readonly dir: string
  /** Flags that reach the lab's devices and keep its runs in its folder. */
  readonly flags: readonly string[]
  readonly password: string
  lines(): readonly ReceivedLine[]
  stop(): Promise<void>
}

/** Starts a scenario's devices behind SSH on loopback; their time goes by `clock`. */
export async function startLab(scenarioPath: string, clock: Clock = systemClock): Promise<Lab> {
  const dir = mkdtempSync(join(tmpdir(), 'ikero-lab-'))
  const stop = new AbortController()
  let notes = ''
  let ready = (): void => {}
  const listening = new Promise<void>((resolve) => {
    ready = resolve
  })
  const lab = simulate({
    scenarioPath,
    outDir: dir,
    out: { write: (text) => text.includes('ready') && ready() },
    err: { write: (text) => (notes += text) },
    signal: stop.signal,
    clock,
  })
  const answer = await Promise.race([listening, lab])
  if (answer !== undefined && answer.kind === 'err') {
    throw new Error(answer.error.map((one) => one.message).join('; ') || notes)
  }
  return {
    dir,
    password: readFileSync(join(dir, 'password'), 'utf8').trim(),
    flags: [
      ...['-i', join(dir, 'inventory.yml')],
      ...['--known-hosts', join(dir, 'known_hosts')],
      ...['--state-dir', join(dir, 'state')],
    ],
    lines: () =>
      readFileSync(join(dir, 'lines.ndjson'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map(toLine),
    stop: async () => {
      stop.abort()
      await lab
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function toLine(text: string): ReceivedLine {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error(`not a received line: ${text}`)
  const { device, mode, line } = { device: '', mode: '', line: '', ...value }
  return { device: String(device), mode: String(mode), line: String(line) }
}

/** The lines that one device, or all of them, received in a mode that can change it. */
export function writingLines(lab: Lab, device?: string): readonly string[] {
  return lab
    .lines()
    .filter(
      (line) =>
        (device === undefined || line.device === device) && (line.mode === 'config' || line.mode === 'sub'),
    )
    .map((line) => line.line)
}
