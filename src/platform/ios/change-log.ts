import { type Capture, captureOf } from '../../model/capture.ts'
import type { LoggedChange } from '../../model/facts.ts'
import { readOnlyLine } from '../../model/ids.ts'
import type { Target } from '../../model/intent.ts'
import type { TargetValue } from '../../model/plan.ts'
import type { ChangeLogReader } from '../driver.ts'
import { readConfigTree } from './config-tree.ts'
import { cleanLines } from './output.ts'
import { lines } from './probes.ts'

const logLine = readOnlyLine('show archive log config all')

interface Row {
  readonly session: number
  readonly by: string
  readonly from: string
  readonly command: string
  readonly evidence: string
}

// Index, session, user@line, a bar, and the command with the blanks of its mode: "    3     3        console@console
// | no shutdown" (public terminal logs of 12.4 and 15.x; the bar and the columns are the same in all of them). A user
// name may hold a blank ("unknown user") and an @. A row without the bar, or what a command of several lines (a banner)
// goes on with, is none.
const row = /^\s*\d+\s+(?<session>\d+)\s+(?<by>[^|]{1,64}?)@(?<from>[^\s@|]{1,32})\s*\|\s*(?<command>\S.*)$/

function rowsOf(text: string): readonly Row[] {
  return cleanLines(text).flatMap((line) => {
    const { session, by, from, command } = row.exec(line)?.groups ?? {}
    if (session === undefined || by === undefined || from === undefined || command === undefined) return []
    return [{ session: Number(session), by: by.trim(), from, command: command.trim(), evidence: line.trim() }]
  })
}

/** What a row made of a profile, and the rows that show it. */
interface Made {
  readonly value: TargetValue
  readonly rows: readonly [Row, ...Row[]]
}

/**
 * What the logged lines made of one profile, in their order. Only the lines that open it, remove it or set it are
 * looked at, and nothing else of the log is kept: it may hold keys. A setting belongs to the profile that its
 * session opened last: the word is of no other mode.
 */
function lastOf(rows: readonly Row[], profile: string): Made | undefined {
  const open = new Map<number, Row>()
  let last: Made | undefined
  for (const one of rows) {
    const name = /^(?:no |default )?crypto ipsec profile (\S+)$/.exec(one.command)?.[1]
    const heading = open.get(one.session)
    if (name !== undefined) {
      const removed = !one.command.startsWith('crypto')
      if (removed) open.delete(one.session)
      else open.set(one.session, one)
      if (name !== profile) continue
      if (removed) last = { value: 'absent', rows: [one] }
      // Made anew it is empty: whoever removed it took the setting away.
      else if (last?.value === 'absent') last = { value: 'bidirectional', rows: [...last.rows, one] }
    } else if (heading?.command === `crypto ipsec profile ${profile}`) {
      if (one.command === 'responder-only') last = { value: 'responder-only', rows: [one, heading] }
      else if (/^(?:no|default) responder-only$/.test(one.command))
        last = { value: 'bidirectional', rows: [one, heading] }
    }
  }
  return last
}

function madeIt(capture: Capture, target: Target, value: TargetValue): LoggedChange | undefined {
  if (target.kind !== 'ipsec-profile' || capture.refusal !== undefined) return undefined
  const rows = rowsOf(capture.text)
  const last = lastOf(rows, target.profile)
  if (last === undefined || last.value !== value) return undefined
  const [{ by, from, session }] = last.rows
  // Exec lines stand under session 0, and are no change.
  const latest = rows.findLast((one) => one.session !== 0)?.session
  const shown = rows.filter((one) => last.rows.includes(one)).map(({ evidence }) => evidence)
  return { by, from, last: session === latest, evidence: shown.join('\n') }
}

/**
 * The configuration log of IOS and IOS-XE (`archive`, `log config`, `logging enable`; 12.3(4)T and later). It is lost
 * with a reload and holds 100 lines unless more are set; what was copied into the configuration is not in it
 * (configuration guide: Configuration Change Notification and Logging). It has no times.
 */
export const changeLog: ChangeLogReader = {
  line: logLine,
  kept: (captures) => isKept(captureOf(captures, lines.config)?.text ?? ''),
  madeIt,
}

function isKept(configuration: string): boolean {
  if (!/^archive\s*$/m.test(configuration)) return false
  return readConfigTree(configuration)
    .nodes.filter(({ line }) => line === 'archive')
    .flatMap(({ children }) => children)
    .some(
      ({ line, children }) => line === 'log config' && children.some((one) => one.line === 'logging enable'),
    )
}
