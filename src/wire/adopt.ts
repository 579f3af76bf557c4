import { basename, dirname, relative, resolve } from 'node:path'
import { systemClock } from '../kernel/clock.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { createRedactor, type Redactor } from '../kernel/redact.ts'
import { runSignal } from '../kernel/run-signal.ts'
import type { Adoption } from '../model/adoption.ts'
import { defaultRefusals } from '../model/rollout.ts'
import { writePlaybook } from '../playbook/write.ts'
import { adoptFleet } from '../workflow/adopt.ts'
import type { Ports } from '../workflow/ports.ts'
import { selectHostsOf } from './doctor.ts'
import type { Invalid, RunOptions } from './options.ts'
import { reachDevices } from './reach.ts'
import { redactedEmit } from './redacted-emit.ts'
import type { VisitOptions } from './visits.ts'

/** What adopt is asked: a fleet, and where the playbook will stand. */
export interface AdoptOptions
  extends Omit<RunOptions, 'playbook' | 'stateDir' | 'transcripts'>,
    VisitOptions {
  /** The file that the playbook is for: its inventory is named relative to it. Absent: in full. */
  readonly output?: string
}

/** A fleet as a playbook can describe it, and that playbook. */
export type AdoptAnswer =
  | Invalid
  | {
      readonly kind: 'done'
      /** Absent where there is nothing to ask for, or the run was interrupted. */
      readonly playbook?: string
      readonly adoption: Adoption
      /** 0: every device was read; 1: one was not, or there is no playbook; 130: interrupted. */
      readonly exitCode: 0 | 1 | 130
      readonly warnings: readonly Diagnostic[]
    }

const defaultConcurrency = 10

/** Reads a fleet and writes the playbook that describes it. Writes to no device, and keeps no record. */
export async function adopt(options: AdoptOptions): Promise<AdoptAnswer> {
  const { inventory: path, clock = systemClock } = options
  if (path === undefined)
    return {
      kind: 'invalid',
      diagnostics: [
        diagnostic('USAGE', 'adopt reads the devices of an inventory', undefined, 'give it with -i FILE'),
      ],
    }
  const selected = selectHostsOf(options)
  if (selected.kind === 'err') return { kind: 'invalid', diagnostics: selected.error }
  const { inventory, hosts, warnings } = selected.value
  const redactor = createRedactor()
  const reach = reachDevices({ ...options, playbook: '' }, inventory, {
    clock,
    redactor,
    runId: 'adopt',
    transcripts: undefined,
    refusals: defaultRefusals,
  })
  options.onHosts?.(hosts.map(({ name }) => name))
  try {
    const signal = runSignal(options.signal)
    const ports: Ports = {
      clock,
      sessions: reach.sessions,
      emit: redactedEmit(redactor, options.onEvent),
      ...noRun,
    }
    const concurrency = options.concurrency ?? defaultConcurrency
    const request = {
      hosts,
      inventory: inventory.hosts,
      declared: inventory.peers,
      concurrency,
      signal,
      ...(options.onVisit === undefined ? {} : { onVisit: options.onVisit }),
    }
    const adoption = withoutSecrets(await adoptFleet(request, ports), redactor)
    const told = [...warnings, ...reach.warnings()]
    // What was not read by then would be missing from the playbook without a word.
    if (signal.aborted) return { kind: 'done', adoption, exitCode: 130, warnings: told }
    const playbook = writePlaybook(adoption, headOf(options, inventory.path))
    const complete = playbook !== undefined && adoption.unread.length === 0
    return {
      kind: 'done',
      adoption,
      exitCode: complete ? 0 : 1,
      warnings: told,
      ...(playbook === undefined ? {} : { playbook }),
    }
  } finally {
    reach.close()
  }
}

/** Nothing is sent that would have to be asked for or recorded, and no earlier run is looked at. */
const noRun: Pick<Ports, 'journal' | 'history' | 'approve'> = {
  journal: { append: async () => undefined },
  history: {
    lastChange: async () => undefined,
    seenAsInitiator: async () => new Map(),
    identities: async () => new Map(),
    remediations: async () => new Map(),
  },
  approve: async () => false,
}

/** Names stay as they are: a playbook that names a masked target would be a wrong one. */
function withoutSecrets({ spaces, without, unread }: Adoption, redactor: Redactor): Adoption {
  return {
    spaces: spaces.map((space) => ({ ...space, findings: redactor.redactDeep(space.findings) })),
    without: without.map((one) => ({ ...one, findings: redactor.redactDeep(one.findings) })),
    unread: unread.map(({ name, ...why }) => ({ name, ...redactor.redactDeep(why) })),
  }
}

function headOf({ cwd, output }: AdoptOptions, inventory: string): { name: string; inventory?: string } {
  const full = resolve(cwd, inventory)
  const shown = output === undefined ? full : relative(dirname(resolve(cwd, output)), full)
  return {
    name: printable(`adopted from ${basename(full)}`).slice(0, 200),
    // A path that no playbook may name is left to -i.
    ...(printable(shown) === shown ? { inventory: shown } : {}),
  }
}
