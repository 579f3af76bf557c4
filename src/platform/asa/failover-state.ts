import { shown } from '../text.ts'

/** One unit as `show failover state` lists it; the column of the reason is left out, for it keeps old ones. */
export interface UnitState {
  readonly unit: string
  readonly state?: string
  /** States by failover group, of an active/active pair. */
  readonly groups?: Readonly<Record<number, string>>
}

/** What `show failover state` tells. */
export interface FailoverStates {
  readonly thisHost?: UnitState
  readonly otherHost?: UnitState
  /** `Sync Done`, `Syncing` …: the line below `====Configuration State===`. */
  readonly configuration?: string
}

const heading = /^\s*State\s+Last Failure Reason\b/
const hostLine = /^(?<which>This|Other) host\s+-\s+(?<unit>Primary|Secondary)\s*$/
const groupLine = /^\s+Group (?<group>\d{1,2})\s+(?<state>\S+(?: \S+)*)/
const stateLine = /^\s+(?<state>\S+(?: \S+)*)/
const section = /^=+\s*(?<title>[A-Z][A-Za-z ]*?)\s*=+\s*$/

interface Draft {
  unit: string
  state?: string
  groups?: Record<number, string>
}

function take(draft: Draft, line: string): void {
  const of = groupLine.exec(line)?.groups
  if (of?.group !== undefined && of.state !== undefined) {
    draft.groups = { ...draft.groups, [Number(of.group)]: of.state }
    return
  }
  const state = stateLine.exec(line)?.groups?.state
  if (state !== undefined && draft.state === undefined && draft.groups === undefined) draft.state = state
}

/**
 * `show failover state`: a row for each host with its state below, in the first of three columns that are
 * two blanks or more apart. Undefined when the text is no such output.
 */
export function readFailoverStates(lines: readonly string[]): FailoverStates | undefined {
  if (!lines.some((line) => heading.test(line))) return undefined
  const hosts: { thisHost?: Draft; otherHost?: Draft } = {}
  let draft: Draft | undefined
  let title: string | undefined
  let configuration: string | undefined
  for (const line of lines) {
    const named = section.exec(line)?.groups?.title
    const host = hostLine.exec(line)?.groups
    if (named !== undefined) {
      title = named
      draft = undefined
    } else if (host?.unit !== undefined) {
      draft = { unit: host.unit }
      if (host.which === 'This') hosts.thisHost = draft
      else hosts.otherHost = draft
    } else if (draft !== undefined) take(draft, line)
    else if (/^configuration state$/i.test(title ?? '') && line.trim() !== '') configuration ??= line.trim()
  }
  return { ...hosts, ...shown({ configuration }) }
}
