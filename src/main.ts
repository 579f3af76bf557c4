#!/usr/bin/env node
// The only reader of process.*, and the only owner of signals.
import { runCli } from './cli/run.ts'
import { wholeFile } from './cli/whole-file.ts'

const stop = new AbortController()
const halt = new AbortController()
let interrupts = 0
const interrupt = (): void => {
  interrupts += 1
  if (interrupts === 1) stop.abort('operator')
  // A second Ctrl-C is a person who does not want to wait: the line in hand is the last.
  else if (interrupts === 2) halt.abort('operator')
  // And a third does not even wait for its answer; the journal says what had been sent.
  else process.exit(130)
}
process.on('SIGINT', interrupt)
process.on('SIGTERM', interrupt)
// The terminal went away: the device in hand is still brought to a known state. What has files to read anew takes it
// for that, as services do.
let reload: (() => void) | undefined
process.on('SIGHUP', () => (reload ?? interrupt)())
const stdout = wholeFile(1) ?? process.stdout
// A reader that went away (`| head`) must not end a run in the middle of a change, and neither must a full disk: but
// whoever reads the file afterwards has no answer, and must not take it for one.
let unwritten: Error | undefined
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') unwritten ??= error
})
process.stderr.on('error', () => undefined)

/** Signal 0 only asks; a process of somebody else's may not be asked, and runs. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (thrown) {
    return !(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')
  }
}

const exitCode = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  self: { pid: process.pid, isRunning },
  ...(process.geteuid === undefined ? {} : { uid: process.geteuid() }),
  stdin: process.stdin,
  stdout,
  stderr: process.stderr,
  signal: stop.signal,
  halt: halt.signal,
  interrupt,
  onReload: (act) => {
    reload = act
  },
})
// Nothing that is still open may keep a finished command alive; output is flushed before.
const flushed = (stream: NodeJS.WritableStream): Promise<void> =>
  new Promise((done) => stream.write('', () => done()))
await flushed(stdout)
if (unwritten !== undefined)
  process.stderr.write(
    `error: stdout could not be written: ${unwritten.message}\n  next: make room; a run is recorded all the same: ikero runs, ikero report RUN\n`,
  )
await flushed(process.stderr)
process.exit(unwritten === undefined ? exitCode : Math.max(exitCode, 1))
