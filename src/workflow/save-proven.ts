import type { DevicePlan } from '../model/plan.ts'
import type { ChangeOutcome } from './change.ts'
import type { FleetRequest } from './fleet-request.ts'
import type { Planned } from './planned.ts'
import type { Ports } from './ports.ts'
import type { ProveOutcome } from './prove.ts'
import { saveStanding } from './save-standing.ts'
import { notSaved, type SaveOutcome } from './settle.ts'
import type { DeviceTurns } from './turns.ts'

/**
 * `proof.require`: what is verified is saved after its proof, and what an earlier run left unsaved with it. The
 * device is read again: only what still stands there as it was proven is saved, and running is compared with
 * startup anew. Never throws.
 */
export async function saveProven(
  { request, plan }: Planned,
  changed: ChangeOutcome,
  proof: ProveOutcome,
  run: { readonly fleet: FleetRequest; readonly ports: Ports; readonly turns: DeviceTurns },
): Promise<ChangeOutcome> {
  const { save } = run.fleet
  const open = [...proof.targets.values()].filter(({ kind }) => kind === 'unproven' || kind === 'unknown')
  const lost = [...changed.targets.values()].some(({ kind }) => kind === 'unknown')
  const toSave = afterProof(plan, proof)
  const nothing = toSave.targets.every(({ decision }) => decision.kind !== 'save')
  if (save === 'never' || (nothing && open.length === 0 && !lost)) return changed
  // Saving takes all of running: what nobody knows of would be saved with it.
  if (open.length > 0 || lost) return withSaved(changed, left())
  const saved = await run.turns.writing(() => saveStanding(request, toSave, save, run.ports))
  return withSaved({ ...changed, roundTrips: changed.roundTrips + saved.roundTrips }, saved)
}

/** The plan as it stands after the proof: what is verified is as asked, and to be saved. */
function afterProof(plan: DevicePlan, proof: ProveOutcome): DevicePlan {
  return {
    ...plan,
    targets: plan.targets.map((target) => {
      if (target.decision.kind !== 'change') return target
      if (proof.targets.get(target.name)?.kind !== 'verified')
        return { ...target, decision: { kind: 'blocked' } }
      const { state } = target
      return { ...target, state: { ...state, before: state.wanted }, decision: { kind: 'save' } }
    }),
  }
}

function left(): SaveOutcome {
  return {
    findings: [notSaved('change', 'proof is required before saving, and not every target is proven')],
    saved: 'no',
  }
}

function withSaved(changed: ChangeOutcome, { findings, saved, foreignUnsaved }: SaveOutcome): ChangeOutcome {
  const { foreignUnsaved: _before, findings: found, ...rest } = changed
  return {
    ...rest,
    saved,
    findings: [...found.filter(({ code }) => code !== 'NOT_SAVED'), ...findings],
    ...(foreignUnsaved === undefined ? {} : { foreignUnsaved }),
  }
}
