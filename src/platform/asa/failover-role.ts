import { type Capture, captureOf } from '../../model/capture.ts'
import type { FailoverFacts } from '../../model/facts.ts'
import { firstOf, shown } from '../text.ts'
import { lines as asked } from './commands.ts'
import { type FailoverFacts as Printed, readFailover } from './failover.ts'
import { type FailoverStates, readFailoverStates } from './failover-state.ts'
import { outputLines } from './text.ts'

const hostLine = /^\s*(?:(?<which>This|Other) host:|(?<own>This|Peer) context:)/
const interfaceLine = /^\s*Interface (?<name>\S+) \((?<address>[0-9a-fA-F.:]{2,45})\)/
const unset = /^(?:0\.0\.0\.0|::)$/
/** States in which this unit holds the addresses and sends its configuration to the mate. */
const active = /^Active$/i
/** States of a mate that has all of the configuration, as far as the state alone tells. */
const ready = /^(?:Active|Standby Ready)$/i

interface Contexts {
  readonly own?: string
  readonly peer?: string
}

/** Inside a context, the pair is told as `This context:` and `Peer context:` (command reference). */
function contextStates(lines: readonly string[]): Contexts {
  return shown({
    own: firstOf(lines, /^\s*This context:\s*(\S+(?: \S+)*)/),
    peer: firstOf(lines, /^\s*Peer context:\s*(\S+(?: \S+)*)/),
  })
}

interface Face {
  readonly unit: 'own' | 'mate'
  readonly name: string
  readonly address: string
}

/** The monitored interfaces of both units that have an address. */
function facesOf(lines: readonly string[]): readonly Face[] {
  let unit: Face['unit'] | undefined
  return lines.flatMap((line) => {
    const host = hostLine.exec(line)?.groups
    if (host !== undefined) unit = host.which === 'Other' || host.own === 'Peer' ? 'mate' : 'own'
    const { name, address } = interfaceLine.exec(line)?.groups ?? {}
    const set = name !== undefined && address !== undefined && !unset.test(address)
    return set && unit !== undefined ? [{ unit, name, address }] : []
  })
}

/** An address of the other unit: of its management interface where it has one, else of the first. */
function mateAddress(faces: readonly Face[]): string | undefined {
  const mate = faces.filter(({ unit }) => unit === 'mate')
  return (mate.find(({ name }) => /^(?:management|mgmt)/i.test(name)) ?? mate[0])?.address
}

/** `Serial Number: Ours A, Mate B` came later than the addresses, and both units print it alike (public captures). */
function unitsOf(lines: readonly string[], faces: readonly Face[]): NonNullable<FailoverFacts['units']> {
  const [, own, mate] =
    lines
      .map((line) => /^\s*Serial Number: Ours (\w+), Mate (\w+)\s*$/.exec(line))
      .find((found) => found !== null) ?? []
  const addresses = (which: Face['unit']): readonly string[] =>
    faces.filter(({ unit }) => unit === which).map(({ name, address }) => `${name} ${address}`)
  const known = (serial: string | undefined): string | undefined =>
    serial === undefined || /^unknown$/i.test(serial) ? undefined : serial
  return {
    own: { addresses: addresses('own'), ...shown({ serial: known(own) }) },
    mate: { addresses: addresses('mate'), ...shown({ serial: known(mate) }) },
  }
}

interface Pair {
  readonly own?: string
  readonly mate?: string
  readonly group?: number
}

/** One group decides alone; where a unit has several, all must be active, and the first that is not is named. */
function ofGroups(own: Readonly<Record<number, string>>, mate: Readonly<Record<number, string>>): Pair {
  const all = Object.entries(own)
  const [number, state] = all.find(([, one]) => !active.test(one)) ?? all[0] ?? []
  if (number === undefined || state === undefined) return {}
  return shown({ own: state, mate: mate[Number(number)], group: Number(number) })
}

function pairOf(printed: Printed, states: FailoverStates | undefined, contexts: Contexts): Pair {
  if (contexts.own !== undefined) return shown({ own: contexts.own, mate: contexts.peer })
  if (printed.groups !== undefined) {
    const of = (host: 'thisHost' | 'otherHost'): Readonly<Record<number, string>> =>
      Object.fromEntries(
        (printed.groups ?? []).flatMap((one) => {
          const state = one[host]
          return state === undefined ? [] : [[one.group, state.trim()]]
        }),
      )
    return ofGroups(of('thisHost'), of('otherHost'))
  }
  if (printed.thisHost?.state === undefined && states?.thisHost?.groups !== undefined) {
    return ofGroups(states.thisHost.groups, states.otherHost?.groups ?? {})
  }
  return shown({
    own: printed.thisHost?.state?.trim() ?? states?.thisHost?.state,
    mate: printed.otherHost?.state?.trim() ?? states?.otherHost?.state,
  })
}

/** False when the pair is known to differ, true when the device says that it does not; else not known. */
function synced(mate: string | undefined, states: FailoverStates | undefined): boolean | undefined {
  if (mate !== undefined && !ready.test(mate)) return false
  const said = states?.configuration
  if (said === undefined) return undefined
  return /\bSync (?:Done|Skipped)\b/i.test(said)
}

function evidenceOf(lines: readonly string[]): string {
  const telling =
    /^\s*(?:Failover (?:On|Off)\b|(?:This|Other) host:|(?:This|Peer) context:|Group \d+\s+State:)/
  return lines
    .filter((line) => telling.test(line))
    .map((line) => line.trim())
    .join('\n')
}

/** A device that refuses `show failover` and answers `show failover state`. */
function onlyStates(states: FailoverStates | undefined): Printed | undefined {
  if (states?.thisHost === undefined) return undefined
  return { failover: /^Disabled$/i.test(states.thisHost.state ?? '') ? 'off' : 'on' }
}

/**
 * This unit's part in a failover pair, from `show failover` and, where the device has it, `show failover
 * state`. Undefined where it was not shown. A unit of a pair whose own state is not shown is not taken for
 * the active one.
 */
export function failoverOf(captures: readonly Capture[]): FailoverFacts | undefined {
  const lines = textOf(captures, asked.failover)
  const states = readFailoverStates(textOf(captures, asked.failoverState))
  const printed = readFailover(lines) ?? onlyStates(states)
  if (printed === undefined) return undefined
  const evidence = evidenceOf(lines)
  // A unit that left its pair and says more of itself than Off is not alone, and not the one to change.
  if (printed.standing !== undefined) return { on: true, active: false, state: printed.standing, evidence }
  if (printed.failover === 'off') return { on: false, active: true, evidence }
  const { own, mate, group } = pairOf(printed, states, contextStates(lines))
  const faces = facesOf(lines)
  const isActive = own !== undefined && active.test(own)
  const said = states?.configuration === undefined ? '' : `\n${states.configuration}`
  return {
    on: true,
    active: isActive,
    evidence: `${evidence}${said}`,
    units: unitsOf(lines, faces),
    ...shown({
      state: own,
      group,
      synced: synced(mate, states),
      activeAddress: !isActive && mate !== undefined && active.test(mate) ? mateAddress(faces) : undefined,
    }),
  }
}

function textOf(captures: readonly Capture[], line: string): readonly string[] {
  const capture = captureOf(captures, line)
  return capture === undefined || capture.refusal !== undefined ? [] : outputLines(capture.text)
}
