import type { Lifetimes } from '../model/facts.ts'
import type { TargetView } from './peers.ts'

// An IKE lifetime ends at a day on IOS; IPsec volumes and times go far beyond what is doubled here.
const longestIke = 86_400

function longer(theirs: number, measure: keyof Lifetimes): number {
  const doubled = Number.isFinite(theirs) ? theirs * 2 : 2_147_483_647
  return measure === 'ikeSeconds'
    ? Math.max(Math.min(doubled, longestIke), Math.min(theirs, longestIke))
    : doubled
}

/** The configuration line that would make this end's lifetime the longer one; for people, it is never sent. */
export function lengthenedBy(view: TargetView, measure: keyof Lifetimes, theirs: number): string {
  const { target } = view.state
  const value = longer(theirs, measure)
  if (measure === 'ikeSeconds') return ikeLine(view, value)
  const unit = measure === 'ipsecSeconds' ? 'seconds' : 'kilobytes'
  const line = `set security-association lifetime ${unit} ${value}`
  return target.kind === 'ipsec-profile'
    ? `crypto ipsec profile ${target.profile} / ${line}`
    : `crypto map ${target.map} ${target.seq} ${line}`
}

function ikeLine({ device, state }: TargetView, value: number): string {
  if (device.facts.platform === 'asa') return `crypto ikev2 policy NUMBER / lifetime seconds ${value}`
  const { target } = state
  const profile = device.facts.profiles.find(
    (one) => target.kind === 'ipsec-profile' && one.name === target.profile,
  )
  return `crypto ikev2 profile ${profile?.ikev2Profile ?? 'NAME'} / lifetime ${value}`
}
