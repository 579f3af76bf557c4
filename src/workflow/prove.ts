import { formatMoment } from '../kernel/moment.ts'
import { sameAddress } from '../model/address.ts'
import type { DeviceRequest } from '../model/device-request.ts'
import type { SaReading } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import type { DeviceError } from '../model/outcome.ts'
import { contextOfPlan, type DevicePlan, type TargetValue } from '../model/plan.ts'
import type { ProofSettings } from '../model/playbook.ts'
import { clearedLost } from '../proof/cleared-lost.ts'
import { coverageText } from '../proof/coverage-text.ts'
import { judge, type TargetVerdict, type Verdict } from '../proof/judge.ts'
import { nextPollMs } from '../proof/poll-times.ts'
import { beginWatch, observe, type Watch } from '../proof/watch.ts'
import type { ChangeOutcome } from './change.ts'
import { ClearTurns } from './clear-turns.ts'
import { duplicateSas } from './decide.ts'
import { errorOf } from './faults.ts'
import { haltFault, isHalted } from './halt.ts'
import { pollSas } from './poll.ts'
import type { Ports } from './ports.ts'
import { notBackError } from './proof-errors.ts'
import { otherTunnels, proofTarget } from './proof-targets.ts'
import { type NotBack, Renegotiation } from './renegotiate.ts'
import { type ChangePlan, type Rollback, rollback } from './rollback.ts'
import type { DeviceTurns } from './turns.ts'
import { notTriedYet, unprovenError, type Wrong, wrongError, wrongOutcome } from './wrong.ts'

/** How proof ended for one target. */
export type TargetProof =
  | { readonly kind: 'verified' | 'unproven'; readonly verdict: TargetVerdict }
  /** Taken back because of what proof saw; every lost peer is back. */
  | {
      readonly kind: 'rolled-back'
      readonly verdict: TargetVerdict
      readonly error: DeviceError
      /** As read back after the revert. */
      readonly value: TargetValue
    }
  | {
      readonly kind: 'unknown'
      readonly verdict: TargetVerdict
      readonly error: DeviceError
      readonly value?: TargetValue
    }

export interface ProveOutcome {
  readonly targets: ReadonlyMap<string, TargetProof>
  readonly findings: readonly Finding[]
  readonly roundTrips: number
  /** The push by the wall clock, for people. */
  readonly pushedAtWallMs?: number
  /** Set when something was taken back: what startup holds since. */
  readonly saved?: ChangeOutcome['saved']
  /** The lines that cleared SAs. */
  readonly clears?: readonly string[]
}

export interface ProveInput {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
  /** The targets that were read back as wanted. */
  readonly targets: readonly ChangePlan[]
  readonly changed: ChangeOutcome
  readonly settings: ProofSettings
  readonly ports: Ports
  readonly spaceTurns: DeviceTurns
  readonly signal: AbortSignal
  /** Called at once when something went wrong: no further device may be started. */
  readonly onStop: (why: string) => void
  /** Of an earlier run, up to a reading of now: its proof goes on. Absent: it begins with this push. */
  readonly watch?: Watch
  /** Whose turn it is to clear a peer; absent: nothing is cleared. */
  readonly turns?: ClearTurns
  /** Told after every look. */
  readonly onLook?: (look: Look) => void
  /** Since the push: others wait for a look after it, so that proof does not end before. */
  readonly atLeastMs?: number
}

/** What proof knows after a look at the device; times are since the push. */
export interface Look {
  readonly verdict: Verdict
  readonly reading: SaReading
  readonly readAtMs: number
  /** No session, or no answer, since that reading. */
  readonly failed: boolean
  /** A target is being taken back, or was. */
  readonly wrong: boolean
}

/** How often a device is asked whether a peer that was just cleared is back. */
const clearedPollMs = 2_000
/** How often while a peer is away, or a target is being taken back. */
const hurriedPollMs = 10_000

/** One device's proof while it runs: polled outside the slots of the change step, in short sessions. */
class Proof {
  readonly #input: ProveInput
  readonly #pushedAtMs: number
  readonly #clears: Renegotiation
  #watch: Watch
  #last: SaReading
  #pollError: DeviceError | undefined
  #roundTrips = 0
  #saved: ChangeOutcome['saved'] | undefined
  readonly #wrong = new Map<string, Wrong>()
  readonly #findings: Finding[] = []

  constructor(input: ProveInput, before: SaReading, pushedAtMs: number) {
    this.#input = input
    this.#pushedAtMs = pushedAtMs
    const others = otherTunnels(input.plan.facts, input.targets)
    const targets = input.targets.map(proofTarget)
    this.#watch = input.watch ?? beginWatch({ before, targets, others })
    this.#last = input.changed.firstReading ?? before
    const { turns = new ClearTurns('no clear was asked for'), settings } = input
    const sinceMs = (): number => this.#sinceMs()
    this.#clears = new Renegotiation({ ...input, turns, lostAfterMs: settings.lostAfterMs, sinceMs })
    if (input.changed.firstReading !== undefined && input.watch === undefined)
      this.#watch = observe(this.#watch, input.changed.firstReading, 0)
  }

  async run(): Promise<ProveOutcome> {
    const { ports, signal } = this.#input
    for (;;) {
      const failed = await this.#renegotiate()
      const verdict = this.#judge()
      if (failed !== undefined) this.#giveUp(failed, verdict)
      await this.#takeBack(verdict)
      this.#tell(verdict)
      if (this.#interrupted() || this.#finished(verdict)) {
        if (!(await this.#takeBackUnproven(verdict)) || this.#interrupted()) return this.#outcome(verdict)
        continue
      }
      const ends = [
        ...(this.#stays() ? [] : [signal, this.#clears.turn]),
        ...(ports.halt === undefined ? [] : [ports.halt]),
      ]
      await ports.clock.sleep(this.#untilNextPoll(verdict), AbortSignal.any(ends))
      if (!this.#interrupted()) await this.#poll()
    }
  }

  /** One step of the clearing; what was read on the way is watched too. */
  async #renegotiate(): Promise<NotBack | undefined> {
    const wrong = [...this.#wrong.keys()].map((name) => `${name} was taken back`)
    const stop = this.#input.signal.aborted ? 'the run was interrupted' : wrong[0]
    const { watch, failed } = await this.#clears.step(this.#watch, stop)
    this.#watch = watch
    return failed
  }

  /** A peer that a clear took down and that did not call takes its target back, and stops the run. */
  #giveUp({ target: name, peer, how }: NotBack, verdict: Verdict): void {
    const target = verdict.targets.find((one) => one.name === name)
    if (target === undefined || this.#wrong.has(name)) return
    this.#input.onStop(`${this.#input.plan.host}: ${name} lost ${peer} after a clear`)
    const lost = how === 'away' ? clearedLost(target, peer, this.#input.settings.lostAfterMs) : target
    const error = notBackError(lost, peer, how)
    this.#wrong.set(name, {
      atMs: this.#sinceMs(),
      verdict: lost,
      error,
      outcome: notTriedYet,
      cleared: true,
    })
  }

  /** A peer that is away because of a clear is seen back, or given up on, even when the run is interrupted. */
  #stays(): boolean {
    const taken = [...this.#wrong.values()].some((wrong) => wrong.cleared === true)
    return this.#clears.awaiting || (taken && this.#waitsForReturn())
  }

  #interrupted(): boolean {
    return isHalted(this.#input.ports) || (this.#input.signal.aborted && !this.#stays())
  }

  #sinceMs(): number {
    return this.#input.ports.clock.monotonicMs() - this.#pushedAtMs
  }

  #judge(): Verdict {
    const lifeOnly = this.#input.plan.wanted === 'bidirectional'
    return judge(this.#watch, { lostAfterMs: this.#input.settings.lostAfterMs, lifeOnly })
  }

  async #poll(): Promise<void> {
    const { request, plan, ports, spaceTurns } = this.#input
    const signal = this.#stays() ? new AbortController().signal : this.#input.signal
    const poll = await spaceTurns.polling(() => pollSas(request, plan, ports, signal))
    this.#roundTrips += poll.roundTrips
    this.#pollError = poll.kind === 'failed' ? poll.error : undefined
    if (poll.kind === 'failed') return
    const atMs = this.#sinceMs()
    this.#watch = observe(this.#watch, poll.reading, atMs)
    this.#last = poll.reading
    await ports.journal
      .append({
        kind: 'sa-reading',
        host: plan.host,
        ...contextOfPlan(plan),
        afterPushMs: Math.round(atMs),
        reading: poll.reading,
      })
      // Watching goes on to the end: a journal that fails now is told by the device's outcome.
      .catch(() => undefined)
  }

  /** A lost peer or a contradiction takes its target back at once, whatever else is going on. */
  async #takeBack(verdict: Verdict): Promise<void> {
    const { plan } = this.#input
    const atMs = this.#sinceMs()
    for (const target of verdict.targets) {
      if (target.verdict !== 'lost' && target.verdict !== 'contradicted') continue
      if (this.#wrong.has(target.name)) continue
      this.#input.onStop(`${plan.host}: ${target.name} ${target.verdict}`)
      const { error, helps } = wrongError(target, target.outsidersLost, plan.wanted)
      const outcome = helps ? notTriedYet : ({ kind: 'left' } as const)
      this.#wrong.set(target.name, { atMs, verdict: target, error, outcome })
    }
    await this.#tryReverts()
  }

  /** `proof.require`: what is still unproven goes back, also when the run is interrupted. True: some is. */
  async #takeBackUnproven(verdict: Verdict): Promise<boolean> {
    if (this.#input.settings.require !== true || isHalted(this.#input.ports)) return false
    const unproven = verdict.targets.filter(
      (target) =>
        !this.#wrong.has(target.name) && (target.verdict !== 'verified' || this.#pollError !== undefined),
    )
    const atMs = this.#sinceMs()
    for (const target of unproven)
      this.#wrong.set(target.name, {
        atMs,
        verdict: target,
        error: unprovenError(target, atMs),
        outcome: notTriedYet,
      })
    await this.#tryReverts()
    return unproven.length > 0
  }

  /** Tries again at every poll while no session could be had: the device may be reachable later. */
  async #tryReverts(): Promise<void> {
    const due = [...this.#wrong].filter(([, wrong]) => this.#mayTry(wrong)).map(([name]) => name)
    const plans = this.#input.targets.filter((target) => due.includes(target.name))
    if (plans.length === 0) return
    const taken = await this.#rollBack(plans)
    for (const [name, outcome] of taken.targets) {
      const wrong = this.#wrong.get(name)
      if (wrong !== undefined) this.#wrong.set(name, { ...wrong, outcome })
    }
  }

  #mayTry({ outcome, atMs }: Wrong): boolean {
    if (outcome.kind !== 'failed' || outcome.again !== true) return false
    return outcome === notTriedYet || this.#sinceMs() - atMs < this.#input.settings.withinMs
  }

  async #rollBack(plans: readonly ChangePlan[]): Promise<Rollback> {
    const { request, plan, changed, ports, spaceTurns } = this.#input
    const save = changed.saved === 'yes' || changed.mayBeSaved === true
    const taken = await spaceTurns.writing(() => rollback(request, plan, plans, save, ports))
    this.#findings.push(...taken.findings)
    this.#roundTrips += taken.roundTrips
    this.#saved = taken.saved ?? this.#saved
    return taken
  }

  #tell(verdict: Verdict): void {
    const { plan, ports } = this.#input
    const proven = verdict.targets.reduce((sum, target) => sum + target.coverage.proven, 0)
    const peers = verdict.targets.reduce((sum, target) => sum + target.coverage.peers, 0)
    const text = coverageText(verdict.targets, (sinceMs) => formatMoment(this.#pushedAtWallMs() + sinceMs))
    ports.emit({ kind: 'coverage', host: plan.host, ...contextOfPlan(plan), text, proven, peers })
    this.#input.onLook?.({
      verdict,
      reading: this.#last,
      readAtMs: this.#watch.lastMs,
      failed: this.#pollError !== undefined,
      wrong: this.#wrong.size > 0,
    })
  }

  /** The push by the wall clock, for people: deadlines never use it. */
  #pushedAtWallMs(): number {
    return this.#input.ports.clock.wall().getTime() - this.#sinceMs()
  }

  #finished(verdict: Verdict): boolean {
    const open = verdict.targets.filter((target) => !this.#wrong.has(target.name))
    if (this.#waitsForReturn() || this.#clears.pending) return false
    if (this.#pollError === undefined && open.every((target) => target.verdict === 'verified')) return true
    const sinceMs = this.#sinceMs()
    const { lostAfterMs } = this.#input.settings
    const withinMs = Math.max(this.#input.settings.withinMs, this.#input.atLeastMs ?? 0)
    if (sinceMs < withinMs) return false
    // A peer that is away now is either back or lost before this ends; a device that does not answer
    // is asked as long as a peer could be missing unseen.
    const undecided = open.some((target) => target.missing.length > 0) || this.#pollError !== undefined
    return !undecided || sinceMs >= withinMs + lostAfterMs
  }

  /** A lost peer, or a revert that could not be sent yet, is waited for as long as a fresh SA is. */
  #waitsForReturn(): boolean {
    for (const wrong of this.#wrong.values()) {
      const over = this.#sinceMs() - wrong.atMs >= this.#input.settings.withinMs
      const hopeless = wrong.outcome.kind === 'failed' && wrong.outcome.again !== true
      if (!over && !hopeless && !(wrong.outcome.kind !== 'failed' && this.#allBack(wrong))) return true
    }
    return false
  }

  #allBack({ verdict }: Wrong): boolean {
    const up = [
      ...this.#last.sas.flatMap((sa) => (sa.established && sa.peer !== undefined ? [sa.peer] : [])),
      ...(this.#last.upWithoutIke ?? []),
    ]
    return verdict.lost.every((peer) => up.some((other) => sameAddress(other, peer)))
  }

  #untilNextPoll(verdict: Verdict): number {
    const sinceMs = this.#sinceMs()
    const { withinMs } = this.#input.settings
    if (this.#clears.awaiting) return clearedPollMs
    const regular = nextPollMs(sinceMs)
    const at = this.#hurries(verdict) ? Math.min(regular, sinceMs + hurriedPollMs) : regular
    return Math.max(250, (sinceMs < withinMs ? Math.min(at, withinMs) : at) - sinceMs)
  }

  /** Something is being decided, or a revert is still to be sent, or has just been: its peers call at once or late. */
  #hurries({ undecided }: Verdict): boolean {
    const sinceMs = this.#sinceMs()
    const { lostAfterMs } = this.#input.settings
    const acute = (wrong: Wrong): boolean => this.#mayTry(wrong) || sinceMs - wrong.atMs < lostAfterMs
    return undecided || [...this.#wrong.values()].some(acute)
  }

  #outcome(verdict: Verdict): ProveOutcome {
    const targets = new Map<string, TargetProof>()
    for (const target of verdict.targets) targets.set(target.name, this.#targetOutcome(target))
    const { before, now } = verdict.duplicates
    return {
      targets,
      clears: this.#clears.sent,
      findings: [
        ...this.#findings,
        ...this.#clears.findings,
        ...(before + now > 0 ? [duplicateSas(before, now)] : []),
      ],
      roundTrips: this.#roundTrips + this.#clears.roundTrips,
      pushedAtWallMs: this.#pushedAtWallMs(),
      ...(this.#saved === undefined ? {} : { saved: this.#saved }),
    }
  }

  #targetOutcome(verdict: TargetVerdict): TargetProof {
    const wrong = this.#wrong.get(verdict.name)
    if (wrong !== undefined) return wrongOutcome(wrong, this.#allBack(wrong))
    const halted = isHalted(this.#input.ports) && verdict.missing.length > 0
    const error = this.#input.signal.aborted ? undefined : this.#pollError
    if (error !== undefined || halted)
      return { kind: 'unknown', verdict, error: error ?? errorOf(haltFault()) }
    return { kind: verdict.verdict === 'verified' ? 'verified' : 'unproven', verdict }
  }
}

/** Watches life and roles from the push on, until all is proven or `within` is over. Never throws. */
export async function prove(input: ProveInput): Promise<ProveOutcome> {
  const { readingBefore, pushedAtMs } = input.changed
  if (readingBefore === undefined || pushedAtMs === undefined || input.targets.length === 0) {
    return { targets: new Map(), findings: [], roundTrips: 0 }
  }
  input.ports.emit({ kind: 'step', host: input.plan.host, step: 'proving' })
  return new Proof(input, readingBefore, pushedAtMs).run()
}
