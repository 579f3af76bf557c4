import { path } from '../grammar/path.ts'
import type { ModeId, Prompt, RevertTimerWays } from '../grammar/types.ts'
import { printableLines } from '../kernel/printable.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import type { ConfigStep } from '../model/plan.ts'
import type { LineReply, SaveReply, WriteShell } from '../model/shell.ts'
import type { Dialogue, Reply } from './dialogue.ts'
import type { LoggedIn } from './login.ts'
import { refuses, wordsOf } from './refusal.ts'
import { readShell } from './session.ts'

const everyMode: readonly ModeId[] = ['user', 'privileged', 'config', 'sub']
/** Another save runs: wait so long and ask again, so often (Netspoc-Approve, ios driver). */
const busyMs = 3000
const mostRetries = 3
/** Writing a configuration to flash takes a while on old devices, and nothing is said meanwhile. */
const flashIdleMs = 60_000

function slowIdle(dialogue: Dialogue): number {
  return Math.max(dialogue.options.commandTimeoutMs, flashIdleMs)
}

/** A session that may also change the device: configuration mode, proven by the prompt at each line. */
export function writeShell(dialogue: Dialogue, login: LoggedIn): WriteShell {
  const reading = readShell(dialogue, login)
  return {
    platform: reading.platform,
    hostname: reading.hostname,
    privileged: reading.privileged,
    ...(reading.context === undefined ? {} : { context: reading.context }),
    ...(reading.hostKey === undefined ? {} : { hostKey: reading.hostKey }),
    get roundTrips() {
      return dialogue.roundTrips
    },
    run: reading.run,
    runAll: reading.runAll,
    close: reading.close,
    enterConfig: (how = {}) => dialogue.alone(() => enterConfig(dialogue, how.revertMinutes)),
    send: (step) => dialogue.alone(() => send(dialogue, step)),
    clear: (line) => dialogue.alone(() => execLine(dialogue, line)),
    confirm: () => dialogue.alone(() => execLine(dialogue, timerOf(dialogue).confirm)),
    leaveConfig: () => dialogue.alone(() => leaveConfig(dialogue)),
    save: () => dialogue.alone(() => save(dialogue)),
    startClock: () => dialogue.startClock(),
  }
}

/** A lock is waited for: most are held for a moment by somebody else's program. */
const lockedMs = 5000
const mostLocked = 6

async function enterConfig(
  dialogue: Dialogue,
  minutes: number | undefined,
): Promise<Result<undefined, string>> {
  const { grammar, clock, signal } = dialogue.options
  for (let waits = 0; ; waits += 1) {
    const entered = await tryConfig(dialogue, minutes)
    if (entered.kind === 'ok' || waits === mostLocked) return entered
    if (!entered.error.split('\n').some((line) => grammar.locked.some((held) => held.test(line))))
      return entered
    await clock.sleep(lockedMs, signal)
  }
}

function timerOf(dialogue: Dialogue): RevertTimerWays {
  const { revertTimer } = dialogue.options.grammar
  if (revertTimer === undefined)
    throw new Error(`${dialogue.options.platform} has no revert timer: the checks let none be asked for`)
  return revertTimer
}

async function tryConfig(
  dialogue: Dialogue,
  minutes: number | undefined,
): Promise<Result<undefined, string>> {
  const { grammar } = dialogue.options
  const timer = minutes === undefined ? undefined : { ...timerOf(dialogue), minutes }
  const here = await promptNow(dialogue, 'before configuration mode')
  const way = path(grammar, here.mode, 'config')
  if (here.mode !== 'privileged' || way.kind === 'no-path') {
    return err(`the session stands at “${here.text.trim()}”, from where configuration mode is not entered`)
  }
  for (const step of way.steps) {
    const timed = step.to === 'config' ? timer : undefined
    const reply = await askOne(
      dialogue,
      timed?.enter(timed.minutes) ?? step.line,
      timed && slowIdle(dialogue),
    )
    const said = saidIn(reply)
    const { mode } = endOf(reply, here)
    const refused = [...grammar.locked, ...(timed?.refusals ?? [])]
    const held = reply.output.some(
      (line) => refuses(grammar, line) || refused.some((pattern) => pattern.test(line)),
    )
    if (mode !== step.to || held) {
      // Some devices let a second user in and push him out at the next line.
      await leaveConfig(dialogue)
      return err(said === '' ? `configuration mode was not entered, and the device did not say why` : said)
    }
    if (timed !== undefined && !reply.output.some((line) => timed.armed.test(line))) {
      await leaveConfig(dialogue)
      return err('the device did not say that its revert timer runs, and configuration mode was left again')
    }
  }
  return ok(undefined)
}

async function send(dialogue: Dialogue, step: ConfigStep): Promise<LineReply> {
  const { grammar } = dialogue.options
  const here = await promptNow(dialogue, `before “${step.line}”, which was not sent`)
  if (!writes(here)) {
    throw dialogue.fail(
      'UNEXPECTED_PROMPT',
      `stands at “${here.text.trim()}” instead of configuration mode before “${step.line}”, which was not sent`,
      'check what the device has now; nothing more was sent',
    )
  }
  const reply = await askOne(dialogue, step.line)
  const said = saidIn(reply)
  if (reply.output.some((line) => refuses(grammar, line))) return { kind: 'refused', refusal: said }
  const after = endOf(reply, here)
  const fits =
    step.subMode === undefined ? after.mode === 'config' : after.mode === 'sub' && inSub(step.subMode, after)
  if (!fits) {
    throw dialogue.fail(
      'UNEXPECTED_PROMPT',
      `shows “${after.text.trim()}” after “${step.line}”, which is not the mode that this line leads to`,
      'read back what the device has now; nothing more was sent',
    )
  }
  return { kind: 'accepted', said }
}

/** An EXEC line: in configuration mode, or without the rights, it would mean something else or nothing. */
async function execLine(dialogue: Dialogue, line: string): Promise<LineReply> {
  const here = await promptNow(dialogue, `before “${line}”, which was not sent`)
  if (here.mode !== 'privileged') {
    throw dialogue.fail(
      'UNEXPECTED_PROMPT',
      `stands at “${here.text.trim()}” instead of the privileged mode before “${line}”, which was not sent`,
      'check what the device has now; nothing more was sent',
    )
  }
  const [reply] = await dialogue.ask([line], { modes: ['privileged'] })
  if (reply === undefined) throw new Error(`no reply to ${line}`)
  const said = saidIn(reply)
  const refused = reply.output.some((text) => refuses(dialogue.options.grammar, text))
  return refused ? { kind: 'refused', refusal: said } : { kind: 'accepted', said }
}

async function leaveConfig(dialogue: Dialogue): Promise<void> {
  const here = await promptNow(dialogue, 'before leaving configuration mode')
  if (!writes(here)) return
  const way = path(dialogue.options.grammar, here.mode, 'privileged')
  if (way.kind === 'no-path') throw new Error(`no way leads from ${here.mode} to the privileged mode`)
  for (const step of way.steps) await dialogue.ask([step.line], { modes: [step.to] })
}

async function save(dialogue: Dialogue): Promise<SaveReply> {
  const { grammar, clock, signal } = dialogue.options
  const { line, success, busy } = grammar.save
  await leaveConfig(dialogue)
  if (dialogue.at?.mode !== 'privileged') return { kind: 'refused', refusal: 'the session is not privileged' }
  const idleMs = slowIdle(dialogue)
  for (let retries = 0; ; retries += 1) {
    const [reply] = await dialogue.ask([line], { modes: ['privileged'], idleMs })
    const text = (reply?.output ?? []).join('\n')
    const said = printableLines(wordsOf(reply?.output ?? []).join('\n'))
    if (success.test(text)) return { kind: 'saved', said }
    if (!busy.test(text) || retries === mostRetries) {
      return { kind: 'refused', refusal: said === '' ? 'the device did not say that it saved' : said }
    }
    await clock.sleep(busyMs, signal)
  }
}

async function askOne(dialogue: Dialogue, line: string, idleMs?: number): Promise<Reply> {
  const [reply] = await dialogue.ask([line], {
    modes: everyMode,
    ...(idleMs === undefined ? {} : { idleMs }),
  })
  if (reply === undefined) throw new Error(`no reply to ${line}`)
  return reply
}

/** The prompt that stands there now, whatever came since the last reply. */
async function promptNow(dialogue: Dialogue, when: string): Promise<Prompt> {
  const prompt = await dialogue.standing()
  if (prompt !== undefined) return prompt
  throw dialogue.fail(
    'UNEXPECTED_PROMPT',
    `does not stand at its prompt ${when}`,
    'check whether somebody else uses the session or the unit failed over',
  )
}

function writes(prompt: Prompt): boolean {
  return prompt.mode === 'config' || prompt.mode === 'sub'
}

function inSub(pattern: RegExp, prompt: Prompt): boolean {
  return prompt.sub !== undefined && pattern.test(prompt.sub)
}

function endOf(reply: Reply, otherwise: Prompt): Prompt {
  return reply.end === 'secret' ? otherwise : reply.end
}

function saidIn(reply: Reply): string {
  return printableLines(wordsOf(reply.output).join('\n'))
}
