import { printable } from '../kernel/printable.ts'
import type { DeviceRequest } from '../model/device-request.ts'
import type { SaReading } from '../model/facts.ts'
import type { Finding } from '../model/finding.ts'
import { clearsOf, contextOfPlan, type DevicePlan, type PeerClear, spaceOfPlan } from '../model/plan.ts'
import type { WriteShell } from '../model/shell.ts'
import { notAnyMore, type Return, returnOf, unclearWords } from '../proof/clears.ts'
import { observe, type Watch } from '../proof/watch.ts'
import type { ClearTurns } from './clear-turns.ts'
import { errorOf } from './faults.ts'
import { openToWrite } from './open-session.ts'
import { notRenegotiated } from './plan-clears.ts'
import type { Ports } from './ports.ts'
import { sendRecorded } from './push.ts'
import { readBack, readSas } from './read-back.ts'
import type { ChangePlan } from './rollback.ts'
import type { DeviceTurns } from './turns.ts'

type Clear = PeerClear & { readonly target: string }

/** A peer that was cleared and is not back as the end that starts: its target is taken back. */
export interface NotBack {
  readonly target: string
  readonly peer: string
  /** `called`: this device has set the tunnel up again itself. */
  readonly how: 'away' | 'called'
}

/** What a step of the clearing came to. */
export interface ClearStep {
  /** With everything that was read just before and just after a clear. */
  readonly watch: Watch
  readonly failed?: NotBack
}

export interface RenegotiationInput {
  readonly request: DeviceRequest
  readonly plan: DevicePlan
  /** The targets that were read back as wanted. */
  readonly targets: readonly ChangePlan[]
  readonly turns: ClearTurns
  /** Contexts of one device are written to one after the other. */
  readonly spaceTurns: DeviceTurns
  readonly ports: Ports
  readonly lostAfterMs: number
  /** Milliseconds since the push: what the readings of the watch are counted from. */
  readonly sinceMs: () => number
}

/**
 * The clears of one device while its proof runs: which peer is next, and whether the last one is back. It acts
 * only in `step`, which the proof calls after each poll, so that one reading is judged at a time.
 */
export class Renegotiation {
  readonly #input: RenegotiationInput
  #left: readonly Clear[]
  #current: { readonly clear: Clear; readonly atMs: number } | undefined
  #wake = new AbortController()
  readonly #sent: string[] = []
  readonly #findings: Finding[] = []

  constructor(input: RenegotiationInput) {
    this.#input = input
    const proven = new Set(input.targets.map((target) => target.name))
    this.#left = clearsOf(input.plan).filter((clear) => proven.has(clear.target))
  }

  /** Of its sessions: they are part of the proof. */
  roundTrips = 0

  /** Peers are still to be cleared, or one is awaited: the proof is not at its end. */
  get pending(): boolean {
    return this.#current !== undefined || this.#left.length > 0
  }

  /** A peer was cleared and is not back yet: polls hurry, and an interrupt waits for it. */
  get awaiting(): boolean {
    return this.#current !== undefined
  }

  /** Aborted when it is this device's turn: ends the pause between two polls. */
  get turn(): AbortSignal {
    return this.#wake.signal
  }

  /** The lines that were sent, whether the device answered or not. */
  get sent(): readonly string[] {
    return this.#sent
  }

  get findings(): readonly Finding[] {
    return this.#findings
  }

  /** Judges the peer that is awaited, then clears the next one where it may. Never throws. */
  async step(watch: Watch, stop: string | undefined): Promise<ClearStep> {
    // A turn that was given is used now, or not at all: the pause after this step is a whole one again.
    this.#wake = new AbortController()
    const failed = this.#judgeCurrent(watch)
    if (failed !== undefined) return { watch, failed }
    const { turns } = this.#input
    let seen = watch
    while (this.#current === undefined && this.#left.length > 0) {
      const why = stop ?? turns.stopped
      if (why !== undefined) {
        this.#leave(why)
        break
      }
      if (!turns.take()) {
        this.#waitForTurn()
        break
      }
      seen = await this.#clearNext(seen)
      if (this.#current === undefined) turns.release()
    }
    return { watch: seen }
  }

  #waitForTurn(): void {
    const wake = this.#wake
    this.#input.turns.whenFree(() => wake.abort())
  }

  /** Everything that is still to be cleared is left to its lifetime. */
  #leave(why: string): void {
    for (const target of new Set(this.#left.map((clear) => clear.target))) {
      const peers = this.#left.filter((clear) => clear.target === target).map((clear) => clear.peer)
      this.#findings.push(notRenegotiated(target, peers, why, 'warn'))
    }
    this.#left = []
  }

  #judgeCurrent(watch: Watch): NotBack | undefined {
    if (this.#current === undefined) return undefined
    const { clear, atMs } = this.#current
    const { lostAfterMs, sinceMs, plan, turns } = this.#input
    const how = returnOf(watch, clear.peer)
    const isBack = how === 'back' && watch.lastMs >= atMs
    // Counted by readings: time in which nobody could look does not make a peer lost.
    const over = watch.lastMs - atMs >= lostAfterMs
    const unseen = sinceMs() - atMs >= 2 * lostAfterMs
    if (!isBack && !over && !unseen) return undefined
    this.#current = undefined
    if (!isBack) {
      const peer = printable(clear.peer)
      turns.stop(
        `after a clear on ${spaceOfPlan(plan)} the peer ${peer} was not seen to call: no further peer is cleared`,
      )
    }
    turns.release()
    if (isBack) return undefined
    if (over && (how === 'away' || how === 'called')) {
      return { target: clear.target, peer: clear.peer, how }
    }
    const why = over
      ? noEffect(how)
      : 'the device could not be read after the clear, so it is not known whether it is back'
    this.#findings.push(notRenegotiated(clear.target, [clear.peer], why, 'warn'))
    return undefined
  }

  async #clearNext(watch: Watch): Promise<Watch> {
    const [clear, ...rest] = this.#left
    if (clear === undefined) return watch
    this.#left = rest
    return this.#input.spaceTurns.writing(() => this.#clearInSession(clear, watch))
  }

  async #clearInSession(clear: Clear, watch: Watch): Promise<Watch> {
    const { request, ports } = this.#input
    const opened = await openToWrite(request, ports)
    if (opened.kind === 'err') {
      this.#leftAlone(clear, `no session could be had: ${opened.error.message}`)
      return watch
    }
    const shell = opened.value
    try {
      return await this.#clearOn(shell, clear, watch)
    } finally {
      this.roundTrips += shell.roundTrips
      await shell.close()
    }
  }

  /** In one session: is all still as planned, the lines, and the first look after them. */
  async #clearOn(shell: WriteShell, clear: Clear, watch: Watch): Promise<Watch> {
    let seen = watch
    try {
      const before = await this.#read(shell)
      if (typeof before !== 'string') seen = observe(seen, before, this.#input.sinceMs())
      const why = typeof before === 'string' ? before : await this.#unfit(shell, clear, seen, before)
      if (why !== undefined) {
        this.#leftAlone(clear, why)
        return seen
      }
      const refusal = await this.#send(shell, clear)
      if (refusal !== undefined) this.#leftAlone(clear, refusal)
      const after = await this.#read(shell)
      return typeof after === 'string' ? seen : observe(seen, after, this.#input.sinceMs())
    } catch (thrown) {
      // What was sent is on record, and the next polls show what it did.
      if (this.#current === undefined) this.#leftAlone(clear, errorOf(thrown).message)
      return seen
    }
  }

  /** Undefined when the setting still stands and the SA is the one that was planned for. */
  async #unfit(
    shell: WriteShell,
    clear: Clear,
    watch: Watch,
    reading: SaReading,
  ): Promise<string | undefined> {
    const not = notAnyMore(watch, reading, clear)
    if (not !== undefined) return unclearWords[not]
    const target = this.#input.targets.find((one) => one.name === clear.target)
    if (target === undefined) return unclearWords.gone
    const read = (await readBack(shell, this.#input.plan, [target])).get(target.name)
    return read?.kind === 'value' && read.value === target.state.wanted
      ? undefined
      : `the setting reads ${read?.kind === 'value' ? read.value : 'nothing'} now, so this device might call`
  }

  /** A refusal of the first line, which left everything as it was; from then on the peer is awaited. */
  async #send(shell: WriteShell, clear: Clear): Promise<string | undefined> {
    const { plan, ports } = this.#input
    const about = {
      host: plan.host,
      ...contextOfPlan(plan),
      target: clear.target,
      purpose: 'clear',
    } as const
    for (const [index, line] of clear.lines.entries()) {
      const send = (): ReturnType<WriteShell['clear']> => {
        this.#sent.push(line)
        this.#current ??= { clear, atMs: this.#input.sinceMs() }
        return shell.clear(line)
      }
      const reply = await sendRecorded(line, send, about, ports)
      if (reply.kind === 'accepted' || index > 0) continue
      this.#current = undefined
      return `the device refused '${line}': ${reply.refusal}`
    }
    return undefined
  }

  async #read(shell: WriteShell): Promise<SaReading | string> {
    const { plan, ports, sinceMs } = this.#input
    const sas = await readSas(shell, plan)
    if (sas.kind === 'unreadable') return sas.error.message
    const { reading } = sas
    const afterPushMs = Math.round(sinceMs())
    await ports.journal.append({
      kind: 'sa-reading',
      host: plan.host,
      ...contextOfPlan(plan),
      afterPushMs,
      reading,
    })
    return reading
  }

  #leftAlone(clear: Clear, why: string): void {
    this.#findings.push(notRenegotiated(clear.target, [clear.peer], why, 'info'))
  }
}

function noEffect(how: Return): string {
  return how === 'kept'
    ? 'the clear was sent and did nothing: the old SA is still up'
    : 'the clear was sent, and it cannot be told whether the peer is back'
}
