import { resolve } from 'node:path'
import { filesIn } from '../document/files.ts'
import { loadInventory } from '../inventory/load.ts'
import { parseLimit } from '../inventory/select.ts'
import { systemClock } from '../kernel/clock.ts'
import { type Diagnostic, diagnostic } from '../kernel/diagnostics.ts'
import { printable } from '../kernel/printable.ts'
import { createRedactor } from '../kernel/redact.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { DeviceRequest } from '../model/device-request.ts'
import { parseRunId } from '../model/ids.ts'
import type { Inventory } from '../model/inventory.ts'
import type { RunResult } from '../model/outcome.ts'
import type { Playbook } from '../model/playbook.ts'
import type { ResumeView } from '../model/resume-view.ts'
import { allAtOnce } from '../model/rollout.ts'
import { defaultSettings } from '../model/run-settings.ts'
import type { RunStep } from '../model/run-view.ts'
import type { StoredRun } from '../runs/stored-run.ts'
import { type ResumeRequest, resumeFleet } from '../workflow/resume.ts'
import { besides, neverBegun, storyOf, unfinishedPushes, withoutIntent } from '../workflow/resume-open.ts'
import { lookAtWork } from './at-work.ts'
import { execute, prepare, refuseAll } from './execute.ts'
import { type LoadedRun, loadRun } from './load.ts'
import type { RunAnswer, RunOptions } from './options.ts'
import { resumedBy } from './resumed-runs.ts'
import { foreignRun } from './run.ts'
import { playbookSum } from './run-settings.ts'
import { findRun, storeFor } from './state.ts'

export interface ResumeOptions extends Omit<RunOptions, 'playbook'> {
  /** A run's id, or the path of its folder. */
  readonly run: string
  /** Told what was and what was not applied, and asked once before anything is written. */
  readonly confirm: (found: ResumeView) => Promise<boolean>
}

/** The result of the run that finishes another; or there was nothing to finish. */
export type ResumeAnswer =
  | RunAnswer
  /** Nothing of the run is unfinished: nothing was contacted, exit 0. */
  | { readonly kind: 'nothing'; readonly result: RunResult; readonly why: string }

type Problems = readonly Diagnostic[]

/** The run that is finished, and those that resumed it before. */
interface Chain {
  readonly first: StoredRun
  readonly later: readonly StoredRun[]
}

/**
 * Finishes a run that was cut off, or that left devices in a state that is not known: reads every device that
 * it had begun, says what was and what was not applied, asks `confirm`, and brings each to an end. Is a run of
 * its own in the store.
 */
export async function resume(options: ResumeOptions): Promise<ResumeAnswer> {
  const chain = await chainOf(options)
  if (chain.kind === 'err') return { kind: 'invalid', diagnostics: chain.error }
  const { first, later } = chain.value
  const busy = await atWorkOn(chain.value, options)
  if (busy !== undefined) return { kind: 'invalid', diagnostics: [busy] }
  const story = storyOf(
    first.steps,
    later.map(({ steps }) => steps),
  )
  const open = openHosts(first, story)
  if (open.length === 0) return nothing(first, options)
  const again: RunOptions = {
    ...options,
    playbook: first.started.playbookPath,
    stateDir: resolve(first.folder, '..', '..'),
  }
  const made = makeRequest(again, chain.value, story, open)
  const ground = prepare(again)
  if (made.kind === 'err' || ground.kind === 'err') {
    const diagnostics = [made, ground].flatMap((one) => (one.kind === 'err' ? one.error : []))
    return { kind: 'invalid', diagnostics }
  }
  const { loaded, resumed } = made.value
  return execute('resume', again, loaded, ground.value, refuseAll, (request, ports) =>
    resumeFleet({ ...request, ...resumed, confirm: options.confirm }, ports),
  )
}

async function chainOf(options: ResumeOptions): Promise<Result<Chain, Problems>> {
  const deps = { clock: options.clock ?? systemClock, redactor: createRedactor() }
  const named = await findRun(options.run, options, deps)
  if (named.kind === 'err') return named
  if (parseRunId(options.run) === undefined && options.inventory === undefined)
    return err([foreignRun(named.value.started.inventoryPath)])
  const state = { ...options, stateDir: resolve(named.value.folder, '..', '..') }
  const store = storeFor(state, undefined, deps)
  if (store.kind === 'err') return store
  const { resumes } = named.value.started
  const root = resumes === undefined ? named.value.summary.runId : parseRunId(resumes)
  if (root === undefined)
    return err([diagnostic('USAGE', `${printable(options.run)} resumes no run that can be named`)])
  const first = await store.value.read(root)
  if (first.kind === 'err') return err([diagnostic('UNKNOWN_REFERENCE', first.error)])
  const { command, remediates } = first.value.started
  if (command !== 'apply' && remediates !== true)
    return err([
      diagnostic(
        'USAGE',
        `${root} is a run of ${command}: only a run of apply or of drift --remediate can be resumed`,
        undefined,
        'run the command again',
      ),
    ])
  const later = await resumedBy(store.value, root)
  if (later.kind === 'err') return err([diagnostic('UNKNOWN_REFERENCE', later.error)])
  return ok({ first: first.value, later: later.value })
}

/** Two processes that finish one run would send each other's lines again. */
async function atWorkOn({ first, later }: Chain, options: ResumeOptions): Promise<Diagnostic | undefined> {
  const runs = [first, ...later].map(({ summary }) => summary)
  const ownerOf = await lookAtWork(runs, resolve(first.folder, '..', '..'), options)
  for (const run of runs) {
    const owner = ownerOf(run)
    if (owner === undefined) continue
    const who = `${printable(owner.owner)} on ${printable(owner.machine)}, pid ${owner.pid}`
    const what = run === first.summary ? `${run.runId} has not ended` : `${run.runId} is finishing it already`
    return diagnostic(
      'USAGE',
      `${what}: its process is at work (${who}); nothing was contacted`,
      undefined,
      'wait for it, or interrupt it there and run resume again once `ikero runs` calls it cut off',
    )
  }
  return undefined
}

/** Hosts of which something is unfinished, in the order of the run. */
function openHosts({ started }: StoredRun, story: readonly RunStep[]): readonly string[] {
  const open = new Set([
    ...unfinishedPushes(story).map(({ host }) => host),
    // What remediation had not begun is decided anew by the next one, within its guard rails.
    ...(started.remediates === true ? [] : neverBegun(started.hosts, story)),
    ...withoutIntent(story),
  ])
  return [...new Set([...started.hosts, ...open])].filter((host) => open.has(host))
}

function nothing({ summary, started, result }: StoredRun, { clock }: ResumeOptions): ResumeAnswer {
  const unproven = result?.devices.some(({ status }) => status === 'unproven') === true
  const at = (clock ?? systemClock).wall().toISOString()
  return {
    kind: 'nothing',
    why: `nothing to resume: every device of ${summary.runId} came to an end${unproven ? `; its open proofs are looked after by ikero verify ${summary.runId}` : ''}`,
    result: {
      command: 'resume',
      runId: summary.runId,
      playbook: started.playbook,
      startedAt: at,
      finishedAt: at,
      devices: [],
      interrupted: false,
    },
  }
}

type Resumed = Omit<ResumeRequest, keyof LoadedRequest | 'confirm'>
type LoadedRequest = Pick<ResumeRequest, 'devices' | 'concurrency' | 'proof' | 'save' | 'signal' | 'around'>

/** What is done, from the record; what was not begun also from the playbook, where that is the same file still. */
function makeRequest(
  options: RunOptions,
  { first, later }: Chain,
  story: readonly RunStep[],
  open: readonly string[],
): Result<{ readonly loaded: LoadedRun; readonly resumed: Resumed }, Problems> {
  const named = options.inventory ?? first.started.inventoryPath
  if (named === undefined) return err([foreignRun(undefined)])
  const home = options.env.HOME
  const inventory = loadInventory(named, {
    files: filesIn(options.cwd, options.documents),
    ...(home === undefined ? {} : { home }),
  })
  if (inventory.kind === 'err') return inventory
  const hosts = hostsOf(open, inventory.value.inventory, options, first)
  if (hosts.kind === 'err') return hosts
  const settings = first.started.settings ?? defaultSettings
  const sum = playbookSum(options.playbook, filesIn(options.cwd, options.documents))
  const same = sum !== undefined && sum === settings.playbookSum
  const { limit: _whole, ...unlimited } = options
  const file = same ? loadRun({ ...unlimited, inventory: named }) : undefined
  const noPush = whyNoPush(file, same, first)
  const base = file?.kind === 'ok' ? file.value.playbook : recordedPlaybook(first)
  const damaged = damageOf([first, ...later])
  const unfinished = unfinishedPushes(story).filter(({ host }) =>
    hosts.value.some(({ name }) => name === host),
  )
  const lost = new Set(withoutIntent(story))
  const requests: DeviceRequest[] = []
  const left: Resumed['left'][number][] = []
  for (const host of hosts.value) {
    const asked =
      file?.kind === 'ok' ? file.value.devices.find((one) => one.host.name === host.name) : undefined
    const pushes = unfinished.filter((one) => one.host === host.name)
    const unusable = [...pushes.flatMap((one) => one.unusable), ...(lost.has(host.name) ? [host.name] : [])]
    const begun = pushes.flatMap(({ targets }) => targets.map(({ known }) => known.target))
    const wanted = first.started.remediates === true ? [] : (asked?.intent.targets ?? [])
    const more = pushes.length === 0 ? wanted : besides(wanted, host.name, story)
    if (unusable.length > 0) left.push({ host, status: 'unknown', why: unusableText(host.name) })
    else if (pushes.length === 0 && (noPush !== undefined || damaged(host.name)))
      left.push({
        host,
        status: 'skipped',
        why: `${host.name} was not begun, and is not begun now: ${noPush ?? 'its records may be damaged'}`,
      })
    else requests.push({ host, intent: intentOf(base, inventory.value.inventory, host, [...begun, ...more]) })
  }
  const leftOut = new Set<string>(left.map(({ host }) => host.name))
  return ok({
    loaded: {
      playbook: {
        ...base,
        save: settings.save,
        onBlocked: settings.onBlocked,
        proof: settings.proof,
        state: first.started.wanted,
      },
      inventory: inventory.value.inventory,
      devices: requests,
      warnings: [...inventory.value.warnings, ...damageWarnings([first, ...later])],
      record: { resumes: first.summary.runId },
    },
    resumed: {
      unfinished: unfinished.filter(({ host }) => !leftOut.has(host)),
      runs: [first, ...later].map(({ summary }) => summary.runId),
      damaged,
      left,
      ...(noPush === undefined ? {} : { noPush }),
    },
  })
}

function intentOf(
  playbook: Playbook,
  { peers }: Inventory,
  host: Inventory['hosts'][number],
  targets: DeviceRequest['intent']['targets'],
): DeviceRequest['intent'] {
  const { name, platform, endpoints } = host
  const { state, revertTimer } = playbook
  return {
    host: name,
    platform,
    state,
    targets,
    peers,
    endpoints,
    // What is changed anew is guarded like the rest.
    ...(revertTimer === undefined ? {} : { revertTimer }),
  }
}

function whyNoPush(
  file: ReturnType<typeof loadRun> | undefined,
  same: boolean,
  { started }: StoredRun,
): string | undefined {
  if (started.planFile !== undefined)
    return 'the run applied a saved plan: apply the plan file again, it leaves alone what is changed already'
  if (started.remediates === true)
    return 'what remediation had not set is put back by the next ikero drift --remediate, within its guard rails'
  if (!same) return 'its playbook is not known to be the one of the run'
  return file?.kind === 'ok' ? undefined : 'its playbook cannot be used as it is now'
}

function unusableText(host: string): string {
  return `the records of ${host} cannot be used, and lines may have been sent to it: nothing was sent now`
}

/** The part of a playbook that the record holds; nothing is accepted that cannot be read again. */
function recordedPlaybook({ started }: StoredRun): Playbook {
  const { save, onBlocked, proof, concurrency } = started.settings ?? defaultSettings
  return {
    path: started.playbookPath,
    name: started.playbook,
    items: [],
    state: started.wanted,
    // What the run had not begun is not begun on the word of its record.
    rollout: allAtOnce(concurrency),
    proof,
    save,
    onBlocked,
    ...(started.change === undefined ? {} : { change: started.change }),
  }
}

/** The inventory's hosts for names of a record, which are nobody's word for anything else. */
function hostsOf(
  open: readonly string[],
  inventory: Inventory,
  { limit }: RunOptions,
  { summary }: StoredRun,
): Result<readonly Inventory['hosts'][number][], Problems> {
  const allowed = limit === undefined ? ok(undefined) : parseLimit(inventory, limit)
  if (allowed.kind === 'err') return allowed
  const names = open.filter((host) => allowed.value?.has(host) ?? true)
  if (names.length === 0)
    return err([
      diagnostic(
        'USAGE',
        '--limit matches no device of which something is unfinished',
        undefined,
        `unfinished: ${open.map(printable).join(', ')}`,
      ),
    ])
  const missing = names.filter((name) => !inventory.hosts.some((host) => host.name === name))
  if (missing.length > 0)
    return err(
      missing.map((name) =>
        diagnostic(
          'UNKNOWN_REFERENCE',
          `${summary.runId} left ${printable(name)} unfinished, and ${inventory.path} has no such host`,
          undefined,
          'give the inventory that has it with -i, or leave it out with --limit',
        ),
      ),
    )
  return ok(names.flatMap((name) => inventory.hosts.filter((host) => host.name === name)))
}

/** Told for so many places: beyond them nothing of a journal is believed. */
const mostDamage = 20

function damageOf(runs: readonly StoredRun[]): (host: string) => boolean {
  const all = runs.flatMap(({ damage }) => damage.filter(({ torn }) => torn !== true))
  const everywhere = runs.some(({ damage }) => damage.length >= mostDamage)
  return (host) => everywhere || all.some((one) => one.host === undefined || one.host === host)
}

function damageWarnings(runs: readonly StoredRun[]): Problems {
  return runs.flatMap(({ damage, summary }) =>
    damage
      .filter(({ torn }) => torn !== true)
      .map(({ line, reason }) => ({
        code: 'JOURNAL_DAMAGED',
        severity: 'warning',
        message: `line ${line} of the journal of ${summary.runId} is not used: ${reason}`,
        hint: 'devices that it may be about are read, and get no line of it again',
      })),
  )
}
