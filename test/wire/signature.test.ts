import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { type ProgramEnd, programRunner } from '../../src/wire/run-program.ts'
import { type SignatureOptions, verifySignature } from '../../src/wire/signature.ts'
import { createFakeClock } from '../fake-clock.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-signature-'))
  writeFileSync(join(dir, 'signers'), 'noc@example.net ssh-ed25519 AAAA\n')
  writeFileSync(join(dir, 'p.json.sig'), 'signature')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const bytes = new TextEncoder().encode('the very bytes')
const end = (code: number, stdout = '', stderr = ''): ProgramEnd => ({ kind: 'exited', code, stdout, stderr })

interface Call {
  readonly argv: readonly string[]
  readonly input: string
}

/** Answers of ssh-keygen, in the order of its calls. */
async function verify(
  answers: readonly ProgramEnd[],
  options: SignatureOptions = { allowedSigners: 'signers' },
) {
  const calls: Call[] = []
  const left = [...answers]
  const result = await verifySignature({ path: 'p.json', bytes }, options, {
    cwd: dir,
    home: dir,
    run: async (argv, input) => {
      calls.push({ argv, input: new TextDecoder().decode(input) })
      return left.shift() ?? { kind: 'failed', reason: 'not expected' }
    },
  })
  return { result, calls }
}

describe('the signature of a plan file', () => {
  it('is checked by ssh-keygen for the bytes that were read and for this purpose only', async () => {
    const { result, calls } = await verify([
      end(0, 'noc@example.net\n'),
      end(0, 'Good "ikero-plan" signature'),
    ])
    expect(result).toEqual({ kind: 'ok', value: 'noc@example.net' })
    const [signature, signers] = [join(dir, 'p.json.sig'), join(dir, 'signers')]
    expect(calls).toEqual([
      { argv: ['ssh-keygen', '-Y', 'find-principals', '-s', signature, '-f', signers], input: '' },
      {
        argv: [
          ...['ssh-keygen', '-Y', 'verify', '-n', 'ikero-plan', '-f', signers],
          ...['-I', 'noc@example.net', '-s', signature],
        ],
        input: 'the very bytes',
      },
    ])
  })

  it('holds by any of several principals of one key', async () => {
    const { result } = await verify([end(0, 'a@example.net\nb@example.net\n'), end(255), end(0)])
    expect(result).toEqual({ kind: 'ok', value: 'b@example.net' })
  })

  it.each([
    [
      'nobody knows the key',
      [end(255, '', 'No principal matched.')],
      /by nobody whom .*No principal matched/,
    ],
    ['the list is empty', [end(0, '\n')], /by nobody whom/],
    [
      'it is for something else',
      [end(0, 'noc'), end(255, '', 'Signature verification failed')],
      /does not hold for/,
    ],
    [
      'ssh-keygen is missing',
      [{ kind: 'failed', reason: 'there is no ssh-keygen' }],
      /there is no ssh-keygen/,
    ],
    [
      'ssh-keygen hangs on the second call',
      [end(0, 'noc'), { kind: 'failed', reason: 'ssh-keygen did not end' }],
      /did not end/,
    ],
  ] as const)('is refused where %s', async (_, answers, message) => {
    const { result } = await verify(answers)
    expect(result).toMatchObject({ kind: 'err', error: { code: 'SIGNATURE_REFUSED' } })
    expect(result.kind === 'err' && result.error.message).toMatch(message)
    expect(result.kind === 'err' && result.error.hint).toBeTruthy()
  })

  it('says how to sign where there is none, and asks nobody', async () => {
    rmSync(join(dir, 'p.json.sig'))
    const { result, calls } = await verify([])
    expect(result).toMatchObject({
      error: {
        message: 'p.json: it is not signed: there is no p.json.sig',
        hint: 'whoever approves it signs it: ssh-keygen -Y sign -n ikero-plan -f KEY p.json',
      },
    })
    expect(calls).toEqual([])
  })

  it('takes the allowed signers of OpenSSH where none are named, and says so where there are none', async () => {
    const { result } = await verify([], {})
    expect(result).toMatchObject({
      error: { message: expect.stringContaining('.ssh/allowed_signers does not exist') },
    })
    mkdirSync(join(dir, '.ssh'))
    writeFileSync(join(dir, '.ssh', 'allowed_signers'), 'x')
    const { calls } = await verify([end(0, 'noc'), end(0)], {})
    expect(calls[0]?.argv.at(-1)).toBe(join(dir, '.ssh', 'allowed_signers'))
  })

  it('shows nothing of the program that could act on a terminal', async () => {
    const { result } = await verify([end(255, '', '\u001b[2Jgone')])
    expect(result.kind === 'err' && result.error.message).toContain('\\x1b[2Jgone')
  })
})

describe('a program that is run', () => {
  const run = programRunner({ PATH: process.env.PATH }, systemClock)
  const node = (script: string, input = '') =>
    run([process.execPath, '-e', script], new TextEncoder().encode(input))

  it('gets its input, and is told by how it ends', async () => {
    const echo = "process.stdin.pipe(process.stdout); console.error('words'); process.exitCode = 3"
    expect(await node(echo, 'some input')).toEqual(end(3, 'some input', 'words\n'))
  })

  it('is no shell', async () => {
    const argv = [process.execPath, '-e', 'console.log(process.argv[1])', '$(id) `id`; id'] as const
    expect(await run([...argv], new Uint8Array())).toEqual(end(0, '$(id) `id`; id\n'))
  })

  it('is bounded in what it says', async () => {
    const ended = await node("process.stdout.write('x'.repeat(5e6))")
    expect(ended.kind === 'exited' && ended.stdout.length).toBeLessThan(200_000)
  })

  it('may leave its input unread', async () => {
    expect(await node('process.exit(0)', 'x'.repeat(5_000_000))).toEqual(end(0))
  })

  it('that is missing is told by name', async () => {
    const ended = await run(['no-such-program-here'], new Uint8Array())
    expect(ended).toEqual({ kind: 'failed', reason: 'there is no no-such-program-here on this machine' })
  })

  it('is ended when its time is over', async () => {
    const clock = createFakeClock()
    const slow = programRunner({ PATH: process.env.PATH }, clock)
    const ended = slow([process.execPath, '-e', 'setInterval(() => {}, 1000)'], new Uint8Array())
    await clock.advance(30_000)
    expect(await ended).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('within 30 seconds'),
    })
  })
})
