import { type CommandMatch, matchCommand } from './command-match.ts'
import type { TableNode } from './command-table.ts'
import type { Call, Command, DeviceState, Reply, SessionState, Surroundings } from './device-state.ts'
import { applyFilter, type PipedLine, splitPipe } from './output-filter.ts'

/** How a family of devices refuses. Each text ends with a line end. */
export interface Refusals {
  /** `column` counts from the first character that stands in front of the input. */
  invalid(column: number): string
  ambiguous(line: string): string
  readonly incomplete: string
  readonly unauthorized: string
}

/** One command line: what differs between IOS and ASA. */
export interface Family {
  readonly refusals: Refusals
  readonly pagerMark: string
  open(device: DeviceState, user: string): { readonly session: SessionState; readonly banner: string }
  /** The mode's prompt, or the question that stands open. */
  prompt(device: DeviceState, session: SessionState): string
  /** The parse trees that a line is looked up in, in this order: a sub-mode's own first. */
  tables(device: DeviceState, session: SessionState): readonly TableNode<Command>[]
  /** Exec commands: what `do` reaches from configuration mode. */
  execTables(session: SessionState): readonly TableNode<Command>[]
  /** What a line means that no table knows: one that stands in the configuration already. */
  known(call: Call, line: string): Reply | undefined
  /** Answers an open question. */
  answer(call: Call, text: string): Reply
  /** What an accepted line leaves behind besides what it does; `line`: as the device writes it. Absent: nothing. */
  accepted?(call: Call, line: string, reply: Reply): Reply
  /** Leaves configuration mode at once; nothing where the key means nothing. */
  controlZ(session: SessionState): SessionState
}

/** What a line made of device and session. */
export interface Outcome extends Reply {
  readonly device: DeviceState
  readonly session: SessionState
  readonly output: string
  readonly close: boolean
}

/** Runs one line: the pure heart of a simulated device. */
export function enterLine(
  family: Family,
  device: DeviceState,
  session: SessionState,
  around: Surroundings,
  line: string,
): Outcome {
  const call = { device, session, around, args: {}, canonical: line }
  if (session.dialogue !== undefined) return settled(call, family.answer(call, line))
  const text = line.trimEnd()
  if (text.trim() === '' || text.trim().startsWith('!')) return settled(call, {})
  const { refusals } = family
  const offset = family.prompt(device, session).length
  const first = text.length - text.trimStart().length
  if (!isAuthorised(device.box, text.trim())) return settled(call, { output: refusals.unauthorized })
  if (device.box.refuse?.test(text.trim())) {
    return settled(call, { output: refusals.invalid(offset + first) })
  }
  return settled(call, runPiped(family, call, splitPipe(text), offset))
}

/** A denial comes before every permit, as a server reads its rules. */
function isAuthorised({ deny, permit }: DeviceState['box'], line: string): boolean {
  if (deny?.test(line) === true) return false
  return permit === undefined || permit.some((pattern) => pattern.test(line))
}

function settled(call: Call, reply: Reply): Outcome {
  return {
    ...reply,
    device: reply.device ?? call.device,
    session: reply.session ?? call.session,
    output: reply.output ?? '',
    close: reply.close ?? false,
  }
}

function runPiped(family: Family, call: Call, piped: PipedLine, offset: number): Reply {
  switch (piped.kind) {
    case 'invalid':
      return { output: family.refusals.invalid(offset + piped.column) }
    case 'incomplete':
      return { output: family.refusals.incomplete }
    case 'plain':
      return runLine(family, call, piped.line, offset)
    case 'filtered': {
      const reply = runLine(family, call, piped.line, offset)
      return reply.output === undefined || refusedText(family, reply.output)
        ? reply
        : { ...reply, output: applyFilter(reply.output, piped.filter) }
    }
  }
}

function refusedText(family: Family, output: string): boolean {
  return output === family.refusals.incomplete || /^(?: *\^\n)?(?:ERROR: )?% (?:Inv|Amb)/.test(output)
}

type Match = CommandMatch<Command>

/** The first table that knows the line; else the complaint of the one that got furthest. */
function lookUp(tables: readonly TableNode<Command>[], line: string): Match {
  let best: Match = { kind: 'invalid', column: 0 }
  for (const table of tables) {
    const match = matchCommand(table, line)
    if (match.kind === 'found') return match
    const further = match.kind !== 'invalid' || (best.kind === 'invalid' && match.column > best.column)
    if (best.kind === 'invalid' && further) best = match
  }
  return best
}

function runLine(family: Family, call: Call, line: string, offset: number): Reply {
  const match = lookUp(family.tables(call.device, call.session), line)
  const accepted = (text: string, reply: Reply): Reply => family.accepted?.(call, text, reply) ?? reply
  if (match.kind !== 'found') {
    const known = family.known(call, line.trim())
    if (known !== undefined) return accepted(line.trim(), known)
    return { output: complaint(family.refusals, match, line, offset) }
  }
  const reply = match.run({ ...call, args: match.args, canonical: match.canonical })
  const column = (argument: string): number => offset + (match.columns[argument] ?? 0)
  if (reply.badArgument !== undefined) {
    return { output: family.refusals.invalid(column(reply.badArgument)) }
  }
  if (reply.execArgument === undefined) return accepted(match.canonical, reply)
  const { accepted: _leaves, ...quiet } = family
  const exec = { ...quiet, tables: () => family.execTables(call.session), known: () => undefined }
  return runLine(exec, call, match.args[reply.execArgument] ?? '', column(reply.execArgument))
}

function complaint(
  refusals: Refusals,
  match: Exclude<Match, { kind: 'found' }>,
  line: string,
  offset: number,
): string {
  switch (match.kind) {
    case 'invalid':
      return refusals.invalid(offset + match.column)
    case 'ambiguous':
      return refusals.ambiguous(line.trim())
    case 'incomplete':
      return refusals.incomplete
  }
}
