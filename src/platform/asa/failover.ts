import { firstOf, shown } from '../text.ts'

/** One unit of a failover pair as the other, or itself, sees it. */
export interface FailoverUnit {
  readonly unit: string
  /** `Active`, `Standby Ready`, `Failed` …; absent where failover groups have states of their own. */
  readonly state?: string
}

/** A failover group of an active/active pair. */
export interface FailoverGroup {
  readonly group: number
  readonly thisHost?: string
  readonly otherHost?: string
}

/** What `show failover` tells. */
export interface FailoverFacts {
  readonly failover: 'on' | 'off'
  /** `pseudo-Standby`: failover is off on this unit, and its mate has the addresses. */
  readonly standing?: string
  /** `Primary` or `Secondary`: what this unit is by configuration, not what it does. */
  readonly unit?: string
  readonly thisHost?: FailoverUnit
  readonly otherHost?: FailoverUnit
  readonly groups?: readonly FailoverGroup[]
  /** Own version and the mate's. */
  readonly versions?: readonly string[]
}

/** What stands behind On or Off in the first line: `Failover Off (pseudo-Standby)` of a unit that left the pair. */
const head = /^Failover (?<switch>On|Off)(?:\s+\((?<standing>[^)]{1,40})\))?\s*$/
const host = /^\s*(?<which>This|Other) host:\s*(?<unit>Primary|Secondary)(?:\s+-\s+(?<state>\S.*))?$/
const group = /^\s*Group (?<number>\d+)\s+State:\s*(?<state>\S.*)$/
const running = /^\s*Version: Ours (\S+), Mate (\S+)/

function readHosts(lines: readonly string[]): Pick<FailoverFacts, 'thisHost' | 'otherHost' | 'groups'> {
  const hosts: { thisHost?: FailoverUnit; otherHost?: FailoverUnit } = {}
  const groups = new Map<number, FailoverGroup>()
  let which: 'thisHost' | 'otherHost' = 'thisHost'
  for (const line of lines) {
    const unit = host.exec(line)?.groups
    if (unit?.unit !== undefined) {
      which = unit.which === 'This' ? 'thisHost' : 'otherHost'
      hosts[which] ??= { unit: unit.unit, ...(unit.state === undefined ? {} : { state: unit.state }) }
    }
    const of = group.exec(line)?.groups
    if (of?.number === undefined) continue
    const number = Number(of.number)
    groups.set(number, { group: number, ...groups.get(number), [which]: of.state })
  }
  return { ...hosts, ...(groups.size === 0 ? {} : { groups: [...groups.values()] }) }
}

/** `show failover`; undefined when the text is no such output. */
export function readFailover(lines: readonly string[]): FailoverFacts | undefined {
  const first = lines.map((line) => head.exec(line)?.groups).find((groups) => groups !== undefined)
  if (first === undefined) return undefined
  const unit = firstOf(lines, /^Failover unit (\S+)/)
  const versions = lines.map((line) => running.exec(line)).find((match) => match !== null)
  return {
    failover: first.switch === 'On' ? 'on' : 'off',
    ...shown({ standing: first.standing, unit, versions: versions?.slice(1, 3) }),
    ...readHosts(lines),
  }
}
