import pLimit from 'p-limit'
import type { CommandCheck, Examination } from '../model/doctor.ts'
import { blocks } from '../model/finding.ts'
import type { ReadOnlyLine } from '../model/ids.ts'
import type { InventoryHost } from '../model/inventory.ts'
import type { ReadShell } from '../model/shell.ts'
import { type Visit, visiting } from '../model/visit.ts'
import { driverFor } from '../platform/registry.ts'
import { isUnauthorised } from './config-refused.ts'
import { errorOf } from './faults.ts'
import type { Sessions } from './ports.ts'

/** Examines devices side by side; in the order of the hosts. Sends read-only lines only. */
export function examineAll(
  hosts: readonly InventoryHost[],
  sessions: Pick<Sessions, 'read'>,
  concurrency: number,
  signal: AbortSignal,
  onVisit?: (visit: Visit) => void,
): Promise<readonly (readonly [InventoryHost, Examination])[]> {
  const limit = pLimit({ concurrency, rejectOnClear: true })
  const visit = (host: InventoryHost): Promise<Examination> =>
    visiting(host.name, onVisit, () => examine(host, sessions, signal), problemOf)
  return Promise.all(hosts.map((host) => limit(async () => [host, await visit(host)] as const)))
}

function problemOf(found: Examination): string | undefined {
  return isReady(found) ? undefined : (found.error?.code ?? found.findings.find(blocks)?.code ?? 'not ready')
}

/** Logs in, tries every line that a survey needs, and logs out. */
export async function examine(
  host: InventoryHost,
  sessions: Pick<Sessions, 'read'>,
  signal: AbortSignal,
): Promise<Examination> {
  const opened = await sessions.read({ host }, signal)
  if (opened.kind === 'err') return { error: opened.error, findings: [], commands: [] }
  const shell = opened.value
  const about = { hostname: shell.hostname, privileged: shell.privileged }
  try {
    return { ...about, ...(await tryLines(shell, host)) }
  } catch (thrown) {
    return { ...about, error: errorOf(thrown), findings: [], commands: [] }
  } finally {
    await shell.close()
  }
}

async function tryLines(
  shell: ReadShell,
  host: InventoryHost,
): Promise<Pick<Examination, 'privileged' | 'software' | 'findings' | 'commands'>> {
  const driver = driverFor(host.platform)
  const version = await shell.run(driver.identify)
  const first: CommandCheck = checkOf(version.line, version.refusal, false)
  if (version.refusal !== undefined) return { findings: [], commands: [first] }
  const software = driver.software(version.text)
  const findings = driver.gate(software)
  // As in a survey: another platform, or a release without the feature, is asked nothing more.
  if (findings.some(blocks)) return { software, findings, commands: [first] }
  const probes = driver.probes(software)
  const captures = await shell.runAll(probes.map((probe) => probe.line))
  const rest = probes.map((probe, index) => checkOf(probe.line, captures[index]?.refusal, probe.optional))
  // The system space of an ASA has nothing that is set or saved there.
  const startup = software.contextMarker === 'system' ? [] : await tryStartup(shell, driver.startup.lines)
  // A prompt says less: a router's `#` may be of any level above 1, and of a CLI view.
  const privileged = driver.privileged(captures, shell)
  return { privileged, software, findings, commands: [first, ...rest, ...startup] }
}

/** The lines that read startup, each only where the one before was refused; one that is allowed is enough. */
async function tryStartup(
  shell: ReadShell,
  lines: readonly ReadOnlyLine[],
): Promise<readonly CommandCheck[]> {
  const refused: CommandCheck[] = []
  for (const line of lines) {
    const check = checkOf(line, (await shell.run(line)).refusal, true)
    if (check.allowed) return [check]
    refused.push(check)
  }
  return refused
}

function checkOf(line: string, refusal: string | undefined, optional: boolean): CommandCheck {
  return { line, allowed: refusal === undefined, optional, ...(refusal === undefined ? {} : { refusal }) }
}

/** Whether a run could begin: logged in, privileged, on a platform that is known, with every line it needs. */
export function isReady({ error, privileged, findings, commands }: Examination): boolean {
  if (error !== undefined || privileged !== true || findings.some(blocks)) return false
  // An optional line that the release lacks is fine; one that the account may not send is not.
  return commands.every((one) => one.allowed || (one.optional && !isUnauthorised(one.refusal ?? '')))
}
