import { join } from 'node:path'
import type { Clock } from '../src/kernel/clock.ts'
import type { Diagnostic } from '../src/kernel/diagnostics.ts'
import { formatDuration, parseDuration } from '../src/kernel/duration.ts'
import { IkeroError, messageOf } from '../src/kernel/errors.ts'
import { printable } from '../src/kernel/printable.ts'
import { err, ok, type Result } from '../src/kernel/result.ts'
import { untilAborted } from '../src/kernel/run-signal.ts'
import type { BuiltScenario } from './build.ts'
import type { DeviceFaults } from './faults/faults.ts'
import { type HostKeys, knownHostsLines, makeHostKeys } from './host-keys.ts'
import { serveJumpHost } from './jump-host.ts'
import { type LabFiles, openLabFiles } from './lab-files.ts'
import { type ListeningDevice, type ListeningJump, labInventory } from './lab-inventory.ts'
import { bootMs } from './power.ts'
import { loopback, type SshListener } from './ssh-listener.ts'
import { serveDevice } from './sshd.ts'

export interface LabRequest {
  /** Device k listens on `portBase + k`; without it every device takes a free port. */
  readonly portBase?: number
  /** Made when it is not there; inventory.yml, known_hosts, password and lines.ndjson are written anew. */
  readonly outDir: string
  /** Hands each line of standard input to `each` until the returned function is called. */
  readonly commands?: (each: (line: string) => void) => () => void
  readonly out: { write(text: string): unknown }
  readonly err: { write(text: string): unknown }
  /** Its abort ends the lab. */
  readonly signal: AbortSignal
  readonly clock: Clock
}

/** A lab that listens, and what it takes to end it. */
interface RunningLab {
  readonly files: LabFiles
  readonly listening: ListeningDevice[]
  readonly served: SshListener[]
}

type Problems = readonly Diagnostic[]

function problem(code: Diagnostic['code'], message: string, hint?: string): Problems {
  return [{ code, severity: 'error', message, ...(hint === undefined ? {} : { hint }) }]
}

function portProblem(base: number | undefined, count: number): Problems | undefined {
  const last = 65_535 - count + 1
  if (base === undefined || (Number.isInteger(base) && base >= 1 && base <= last)) return undefined
  return problem('USAGE', `--port-base ${base} is no room for ${count} devices`, `use 1 to ${last}`)
}

async function listenAll(lab: RunningLab, built: BuiltScenario, request: LabRequest): Promise<void> {
  let knownHosts = ''
  const { login } = built
  const portOf = (index: number): number => (request.portBase === undefined ? 0 : request.portBase + index)
  const know = (faults: DeviceFaults | undefined, own: HostKeys, port: number): void => {
    knownHosts += knownHostsLines(faults?.ssh.hostKeyChanged === true ? makeHostKeys() : own, loopback, port)
  }
  for (const [index, one] of built.devices.entries()) {
    const hostKeys = makeHostKeys()
    const served = await serveDevice(one.device, {
      login,
      hostKeys,
      received: (entry) => lab.files.record(one.name, entry),
      clock: request.clock,
      port: portOf(index),
    })
    lab.served.push(served)
    lab.listening.push({ built: one, port: served.port })
    know(one.device.faults, hostKeys, served.port)
  }
  const jumps: ListeningJump[] = []
  for (const [index, jump] of built.jumps.entries()) {
    const hostKeys = makeHostKeys()
    const served = await serveJumpHost(jump, { login, hostKeys, port: portOf(built.devices.length + index) })
    lab.served.push(served)
    jumps.push({ name: jump.name, port: served.port })
    know(jump.faults, hostKeys, served.port)
  }
  lab.files.write('known_hosts', knownHosts)
  lab.files.write(
    'inventory.yml',
    labInventory({ devices: lab.listening, jumps, peers: built.peers, login }, loopback),
  )
}

async function stopAll(lab: RunningLab): Promise<void> {
  await Promise.all(lab.served.map((one) => one.stop()))
  lab.files.close()
}

/** What a line of standard input lets happen, told in one sentence; undefined where it is no such line. */
function happening(
  [word, first = '', second = '', ...more]: readonly string[],
  built: BuiltScenario,
): string | undefined {
  const { world } = built
  const device = built.devices.find(({ name }) => name === first)?.name
  const lasts = parseDuration(word === 'advance' ? first : second)
  if (more.length > 0) return undefined
  if (word === 'advance' && second === '' && lasts !== undefined) {
    world.advance(lasts)
    return `the simulated world is ${formatDuration(lasts)} further`
  }
  if (word === 'reload' && second === '' && device !== undefined) {
    world.reload(device)
    return `${device} has lost its power and boots; it answers again in ${formatDuration(bootMs)}`
  }
  if (word === 'outage' && device !== undefined && lasts !== undefined) {
    world.outage(device, lasts)
    return `nobody reaches ${device} for ${formatDuration(lasts)}, and its tunnels are down`
  }
  return undefined
}

/** `advance 6h`, `reload hub1`, `outage hub1 10m`; anything else is told what it could say. */
function command(line: string, built: BuiltScenario, say: (text: string) => void): void {
  const text = line.trim()
  if (text === '') return
  const name = built.devices[0]?.name ?? 'NAME'
  say(
    happening(text.split(/\s+/), built) ??
      `not understood: ${printable(text)}; say for example: advance 6h, reload ${name}, outage ${name} 10m`,
  )
}

function howToReach(lab: RunningLab, username: string): string {
  const width = Math.max(5, ...lab.listening.map(({ built }) => built.name.length))
  const knownHosts = join(lab.files.dir, 'known_hosts')
  return [
    `${lab.listening.length} simulated devices listen; the password is in ${join(lab.files.dir, 'password')}`,
    ...lab.listening.map(
      ({ built, port }) =>
        `  ${built.name.padEnd(width)}  ssh -p ${port} -o UserKnownHostsFile=${knownHosts} ${username}@${loopback}`,
    ),
    `  ${'ikero'.padEnd(width)}  -i ${join(lab.files.dir, 'inventory.yml')} --known-hosts ${knownHosts}`,
    '',
  ].join('\n')
}

function asProblems(thrown: unknown, dir: string): Problems {
  if (thrown instanceof IkeroError && thrown.fault === 'user')
    return problem('USAGE', thrown.message, thrown.details.next)
  const file = thrown instanceof Error && 'syscall' in thrown
  if (!file) throw thrown
  return problem(
    'FILE_UNREADABLE',
    `cannot write to ${printable(dir)}: ${messageOf(thrown)}`,
    'choose another --out',
  )
}

/** Serves a built scenario until the signal aborts; problems come back before anything was promised. */
export async function runLab(built: BuiltScenario, request: LabRequest): Promise<Result<void, Problems>> {
  const ports = portProblem(request.portBase, built.devices.length + built.jumps.length)
  if (ports !== undefined) return err(ports)
  let lab: RunningLab | undefined
  try {
    const files = openLabFiles(request.outDir, built.login, request.clock)
    lab = { files, listening: [], served: [] }
    await listenAll(lab, built, request)
    const stopCommands = request.commands?.((line) =>
      command(line, built, (text) => request.err.write(`${text}\n`)),
    )
    request.err.write(howToReach(lab, built.login.username))
    request.out.write('ready\n')
    await untilAborted(request.signal)
    stopCommands?.()
    return ok(undefined)
  } catch (thrown) {
    return err(asProblems(thrown, request.outDir))
  } finally {
    if (lab !== undefined) await stopAll(lab)
  }
}
