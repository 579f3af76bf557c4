import type { ReadFile } from './files.ts'
import { decodeLine, headOf } from './journal-line.ts'
import { rawLines } from './line-reader.ts'
import { firstLine } from './summary.ts'

/**
 * The hosts to which a run that remediates wrote (a line of the change, or a save), each with the time of the first;
 * nothing for any other run, of which only the first line is read. Lines of the journal that cannot be believed are
 * left out.
 */
export async function remediatedHosts(file: ReadFile): Promise<ReadonlyMap<string, string>> {
  const hosts = new Map<string, string>()
  const first = (await firstLine(file))?.entry
  if (first?.kind !== 'run-started' || first.remediates !== true) return hosts
  for await (const raw of rawLines(file)) {
    if (!raw.ended) break
    const { kind, host } = headOf(raw.bytes)
    if (kind !== 'line-sending' && kind !== 'saving') continue
    if (host !== undefined && hosts.has(host)) continue
    const line = decodeLine(raw.bytes)
    if (line.kind === 'err') continue
    const { at, entry } = line.value
    const writes = entry.kind === 'saving' || (entry.kind === 'line-sending' && entry.purpose === 'change')
    if (writes) hosts.set(entry.host, at)
  }
  return hosts
}
