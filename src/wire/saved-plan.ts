import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { filesIn } from '../document/files.ts'
import { loadInventory } from '../inventory/load.ts'
import { parseLimit } from '../inventory/select.ts'
import { systemClock } from '../kernel/clock.ts'
import { type Diagnostic, diagnostic, type SourcePosition } from '../kernel/diagnostics.ts'
import { formatDuration } from '../kernel/duration.ts'
import { messageOf } from '../kernel/errors.ts'
import { printable, quoted } from '../kernel/printable.ts'
import type { Redactor } from '../kernel/redact.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { someOf } from '../kernel/some-of.ts'
import type { Inventory, InventoryHost } from '../model/inventory.ts'
import { canonicalJson, type PlanFile, type PlannedDevice } from '../model/plan-file.ts'
import type { Playbook } from '../model/playbook.ts'
import { applyFleet, planFleet } from '../workflow/fleet.ts'
import type { FleetResult } from '../workflow/fleet-request.ts'
import { pinsOf, plannedDevices, requestFor } from '../workflow/planned-devices.ts'
import { type Asks, execute, prepare, refuseAll } from './execute.ts'
import { type LoadedRun, loadRun, summing, sumsOf } from './load.ts'
import type { ApplyOptions, PlanOptions, RunAnswer, SavedPlanNote } from './options.ts'
import { planFileText, type ReadPlanFile, refusal } from './plan-file.ts'
import { foreignPrograms } from './plan-file-trust.ts'
import { type SaveTo, saveToProblems, writePlanFile } from './plan-file-write.ts'
import { programRunner } from './run-program.ts'
import { verifySignature } from './signature.ts'
import { version } from './version.ts'

/** Default of --max-age. */
const maxAgeMs = 7 * 86_400_000
/** Clocks of two machines may differ by so much. */
const skewMs = 5 * 60_000

export function asksOf({ approve, approveClears }: Pick<ApplyOptions, 'approve' | 'approveClears'>): Asks {
  return approveClears === undefined ? { approve } : { approve, approveClears }
}

/** Plans as without a file, and saves what was planned; a plan that was broken off is not saved. */
export async function planToFile(options: PlanOptions & { readonly saveTo: SaveTo }): Promise<RunAnswer> {
  const { saveTo, cwd } = options
  const loaded = loadRun(options)
  const ground = prepare(options)
  const problems = saveToProblems(saveTo, cwd)
  if (loaded.kind === 'err' || ground.kind === 'err' || problems.length > 0) {
    const others = [loaded, ground].flatMap((one) => (one.kind === 'err' ? one.error : []))
    return { kind: 'invalid', diagnostics: [...others, ...problems] }
  }
  let fleet: FleetResult | undefined
  const answer = await execute('plan', options, loaded.value, ground.value, refuseAll, async (...step) => {
    fleet = await planFleet(...step)
    return fleet
  })
  if (answer.kind === 'invalid' || fleet === undefined) return answer
  const { clock, redactor } = ground.value
  const savedPlan = answer.result.interrupted
    ? notSaved('the run was interrupted')
    : savePlan(saveTo, cwd, contentOf(loaded.value, fleet, clock.wall(), cwd), redactor)
  const exitCode = savedPlan.kind === 'saved' ? answer.exitCode : Math.max(answer.exitCode, 1)
  return { ...answer, exitCode, savedPlan }
}

type Content = Parameters<typeof planFileText>[0]

function contentOf(
  { playbook, inventory, devices }: LoadedRun,
  fleet: FleetResult,
  now: Date,
  cwd: string,
): Content {
  // What holds remediation back says nothing to whoever applies a plan.
  const { path, name, change, inventory: _named, items: _asked, drift: _drift, ...settings } = playbook
  return {
    createdAt: now.toISOString(),
    version,
    playbook: { name, path: resolve(cwd, path), ...(change === undefined ? {} : { change }) },
    inventory: resolve(cwd, inventory.path),
    settings,
    ...plannedDevices(devices, fleet.spaces ?? [], fleet.devices),
  }
}

function savePlan(saveTo: SaveTo, cwd: string, content: Content, redactor: Redactor): SavedPlanNote {
  const { devices, ...rest } = content
  const told = redactor.redactDeep(content)
  const names = (all: readonly PlannedDevice[]): string =>
    canonicalJson(all.map(({ host, pins, change, spaces }) => [host, pins, change, spaces.map(targetsIn)]))
  // A plan whose names and lines are masked could never be applied, and one with a secret is not written.
  if (names(told.devices) !== names(devices) || told.inventory !== rest.inventory)
    return notSaved(
      'a secret of this run is part of a name, a line or an address in it; choose another secret',
    )
  const { text, contentHash } = planFileText(told)
  try {
    writePlanFile(saveTo, cwd, text)
  } catch (thrown) {
    return notSaved(printable(messageOf(thrown)))
  }
  const counts = { planned: devices.length, notPlanned: content.notPlanned.length }
  return { kind: 'saved', path: saveTo.path, contentHash, ...counts }
}

function targetsIn({ context, targets }: PlannedDevice['spaces'][number]): unknown {
  return [
    context,
    targets.map(({ name, target, lines, revert, clears }) => [name, target, lines, revert, clears]),
  ]
}

function notSaved(message: string): SavedPlanNote {
  return { kind: 'not-saved', message }
}

/** Runs exactly what a plan file says, after every check has been made again. */
export async function applyPlanFile(read: ReadPlanFile, options: ApplyOptions): Promise<RunAnswer> {
  const { requireSignature, dryRun = false } = options
  const signature =
    requireSignature === undefined ? undefined : await signatureOf(read, requireSignature, options)
  const signedBy = signature?.kind === 'ok' ? signature.value : undefined
  const loaded = loadPlan(read, options, signedBy)
  const ground = prepare({ ...options, playbook: stateFrom(read, options.cwd) })
  if (signature?.kind === 'err' || loaded.kind === 'err' || ground.kind === 'err') {
    const refused = signature?.kind === 'err' ? [signature.error] : []
    const others = [loaded, ground].flatMap((one) => (one.kind === 'err' ? one.error : []))
    return { kind: 'invalid', diagnostics: [...refused, ...others] }
  }
  return dryRun
    ? execute('plan', options, loaded.value, ground.value, refuseAll, planFleet)
    : execute('apply', options, loaded.value, ground.value, asksOf(options), applyFleet)
}

function signatureOf(
  read: ReadPlanFile,
  required: NonNullable<ApplyOptions['requireSignature']>,
  { cwd, env, clock = systemClock }: ApplyOptions,
): ReturnType<typeof verifySignature> {
  return verifySignature(read, required, { cwd, home: env.HOME, run: programRunner(env, clock) })
}

/** Runs are recorded where those of the playbook are, or beside the plan where its playbook is not here. */
export function stateFrom({ path, plan }: ReadPlanFile, cwd: string): string {
  const { path: playbook } = plan.playbook
  return existsSync(dirname(resolve(cwd, playbook))) ? playbook : path
}

/** The run that a plan file asks for, or everything that is in its way; nothing is contacted. */
export function loadPlan(
  { path, plan, at }: Pick<ReadPlanFile, 'path' | 'plan' | 'at'>,
  options: Pick<ApplyOptions, 'cwd' | 'env' | 'clock' | 'inventory' | 'limit' | 'maxAgeMs' | 'documents'>,
  signedBy?: string,
): Result<LoadedRun, readonly Diagnostic[]> {
  const now = (options.clock ?? systemClock).wall()
  const problems = [
    ...ageProblems(plan, now, options.maxAgeMs ?? maxAgeMs, at),
    ...settingProblems(plan, now, at),
  ]
  const home = options.env.HOME
  const inventoryPath = options.inventory ?? plan.inventory
  const sums = new Map<string, string>()
  const files = summing(filesIn(options.cwd, options.documents), sums)
  const found = loadInventory(inventoryPath, { files, ...(home === undefined ? {} : { home }) })
  if (found.kind === 'err')
    return err([...problems, ...found.error.map((one) => withInventoryHint(one, options.inventory))])
  const { inventory, warnings } = found.value
  const kept = withinLimit(plan, inventory, options.limit)
  if (kept.kind === 'err') return err([...problems, ...kept.error])
  const hosts = new Map(inventory.hosts.map((host) => [String(host.name), host]))
  problems.push(...kept.value.flatMap((device) => pinProblems(device, hosts.get(device.host), inventory, at)))
  if (options.inventory === undefined && signedBy === undefined) {
    const reached = kept.value.flatMap(({ host }) => hosts.get(host) ?? [])
    problems.push(...foreignPrograms(inventory, reached))
  }
  if (problems.length > 0) return err(problems)
  const { settings } = plan
  const playbook: Playbook = { ...settings, ...plan.playbook, items: [] }
  const devices = kept.value.flatMap((device) => {
    const host = hosts.get(device.host)
    const timer = settings.revertTimer === undefined ? {} : { revertTimer: settings.revertTimer }
    const asked = { state: settings.state, peers: inventory.peers, ...timer }
    return host === undefined ? [] : [requestFor(host, device, asked)]
  })
  const file = { path, contentHash: plan.contentHash, ...(signedBy === undefined ? {} : { signedBy }) }
  const left = options.limit === undefined ? plan.notPlanned.map(notPlannedNote) : []
  return ok({
    playbook,
    inventory,
    devices,
    warnings: [...warnings, ...left],
    saved: { devices: kept.value, file, madeAt: plan.createdAt },
    ...sumsOf({ inventorySha256: sums.get(inventoryPath) }),
  })
}

type Place = (text: string) => SourcePosition

function ageProblems(plan: PlanFile, now: Date, mostMs: number, at: Place): readonly Diagnostic[] {
  const ageMs = now.getTime() - Date.parse(plan.createdAt)
  const where = at('"createdAt"')
  if (plan.version !== version) {
    const message = `the plan was made by ikero ${printable(plan.version)}, and this is ${version}`
    return [refusal(message, at('"version"'), 'use the ikero that made it, or plan anew')]
  }
  if (ageMs < -skewMs) {
    const message = `the plan was made at ${plan.createdAt}, which is still to come`
    return [refusal(message, where, 'set the clock of this machine or of the one that made it')]
  }
  if (ageMs <= mostMs) return []
  const message = `the plan was made at ${plan.createdAt}, more than ${formatDuration(mostMs)} ago (--max-age)`
  return [refusal(message, where, 'plan anew, or give a longer --max-age')]
}

/** What a playbook is refused for, too, when its day has come. */
function settingProblems({ settings }: PlanFile, now: Date, at: Place): readonly Diagnostic[] {
  const today = now.toISOString().slice(0, 10)
  const passed = [
    ...(settings.accept ?? []).map(({ code, until }) => ({ what: `the acceptance of ${code}`, until })),
    ...(settings.known ?? []).map(({ status, until }) => ({ what: `the known state ${status}`, until })),
  ].filter(({ until }) => until < today)
  return passed.map(({ what, until }) =>
    refusal(
      `${printable(what)} expired on ${printable(until)}`,
      at(`"until": ${JSON.stringify(until)}`),
      'plan anew',
    ),
  )
}

function withInventoryHint(one: Diagnostic, given: string | undefined): Diagnostic {
  if (given !== undefined || one.code !== 'FILE_UNREADABLE') return one
  return { ...one, hint: 'the plan names this inventory; give another place of it with -i' }
}

/** The devices of the plan that `--limit` leaves; a limit that leaves none is a mistake. */
function withinLimit(
  plan: PlanFile,
  inventory: Inventory,
  limit: string | undefined,
): Result<readonly PlannedDevice[], readonly Diagnostic[]> {
  if (limit === undefined && plan.devices.length > 0) return ok(plan.devices)
  if (limit === undefined) {
    const hint = 'plan says why each device is not part of it'
    return err([
      diagnostic('PLAN_FILE_REFUSED', 'the plan has no device that may be changed', undefined, hint),
    ])
  }
  const allowed = parseLimit(inventory, limit)
  if (allowed.kind === 'err') return allowed
  const kept = plan.devices.filter(({ host }) => allowed.value.has(host))
  if (kept.length > 0) return ok(kept)
  const names = someOf(
    plan.devices.map(({ host }) => printable(host)),
    5,
  )
  const message = `--limit ${quoted(limit)} matches none of the plan's devices`
  return err([diagnostic('USAGE', message, undefined, `the plan has ${names}`)])
}

/** What of the inventory is not as it was when the plan was made: old and new. */
function pinProblems(
  { host, pins }: PlannedDevice,
  now: InventoryHost | undefined,
  inventory: Inventory,
  at: Place,
): readonly Diagnostic[] {
  const where = (): SourcePosition => at(`"host": ${JSON.stringify(host)}`)
  const told = printable(host)
  if (now === undefined)
    return [refusal(`${told} of the plan is no host of ${printable(inventory.path)}`, where(), replan)]
  const after = pinsOf(now)
  const via = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', then '))
  const rows = [
    ['address', pins.address, after.address],
    ['port', String(pins.port), String(after.port)],
    ['platform', pins.platform, after.platform],
    ['jump hosts', via(pins.via), via(after.via)],
    ['credential', pins.credential, after.credential],
  ] as const
  return rows.flatMap(([what, old, is]) =>
    old === is
      ? []
      : [
          refusal(
            `${told}: ${what} ${printable(old)} in the plan, ${printable(is)} in the inventory`,
            where(),
            replan,
          ),
        ],
  )
}

const replan = 'see who changed the inventory; then plan anew and have that approved'

function notPlannedNote({ host, targets, code, reason }: PlanFile['notPlanned'][number]): Diagnostic {
  const what = targets === undefined ? '' : ` (${someOf(targets.map(printable), 5)})`
  const why = code === undefined ? '' : `${printable(code)}: `
  return {
    code: 'NOT_PLANNED',
    severity: 'warning',
    message: `${printable(host)}${what} is not part of the plan and was left alone: ${why}${printable(reason)}`,
  }
}
