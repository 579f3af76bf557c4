import { addressKey } from '../../model/address.ts'
import { changesOf, type DevicePlan } from '../../model/plan.ts'
import type { SpaceOutcome } from '../join-spaces.ts'
import type { Planned } from '../planned.ts'
import type { WaveDevice } from './waves.ts'

/** What decides the wave of a device, or undefined when no line is to be sent to it. */
export function waveDevice(
  spaces: readonly (Planned | SpaceOutcome)[],
  apart: readonly string[],
): WaveDevice | undefined {
  const plans = spaces.flatMap((one) => ('plan' in one && changesOf(one.plan).length > 0 ? [one.plan] : []))
  const [first] = spaces
  if (first === undefined || plans.length === 0) return undefined
  const { name, labels = {} } = first.request.host
  const emulated = plans.flatMap(emulatedFamily)[0]
  return {
    host: name,
    peers: plans.reduce((total, plan) => total + peersOf(plan), 0),
    apart: apart.flatMap((label) => (labels[label] === undefined ? [] : [`${label} ${labels[label]}`])),
    ...(emulated === undefined ? {} : { emulated }),
  }
}

/** Peers of the targets that change: those that are configured, and callers where any may call. */
function peersOf(plan: DevicePlan): number {
  const peers = new Set<string>()
  for (const { state } of changesOf(plan)) {
    for (const peer of state.peers.listed) peers.add(addressKey(peer))
    if (!state.peers.any) continue
    for (const { peer } of plan.facts.reading.sas) if (peer !== undefined) peers.add(addressKey(peer))
  }
  return peers.size
}

/** `pix 7`: what ikero knows of documents only is changed together with nothing else. */
function emulatedFamily({ findings, software }: DevicePlan): readonly string[] {
  if (!findings.some(({ code }) => code === 'EMULATED_ONLY')) return []
  return [`${software.os} ${/^\d+/.exec(software.version ?? '')?.[0] ?? ''}`.trim()]
}
