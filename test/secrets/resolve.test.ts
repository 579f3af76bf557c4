import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRedactor, type Redactor } from '../../src/kernel/redact.ts'
import type { SecretRef } from '../../src/model/inventory.ts'
import { createSecrets, type SecretSources, type Secrets } from '../../src/secrets/resolve.ts'

function secrets(sources: Partial<SecretSources> = {}): Secrets & { readonly redactor: Redactor } {
  const redactor = sources.redactor ?? createRedactor()
  return { ...createSecrets({ env: {}, redactor, ...sources }), redactor }
}

async function told(all: Secrets, ref: SecretRef): Promise<string> {
  const value = await all.resolve(ref)
  return value.kind === 'ok' ? value.value : `${value.error.code}: ${value.error.message}`
}

function withFile<T>(text: string, mode: number, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'ikero-'))
  const path = join(folder, 'secret')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return use(path).finally(() => rmSync(folder, { recursive: true }))
}

const node = process.execPath

describe('a secret', () => {
  it('comes from the given environment, never from another', async () => {
    expect(await told(secrets({ env: { P: 'hunter2' } }), { kind: 'env', name: 'P' })).toBe('hunter2')
    expect(await told(secrets(), { kind: 'env', name: 'PATH' })).toBe(
      'SECRET_MISSING: the environment variable PATH is not set',
    )
    // What every object inherits is no variable.
    expect(await told(secrets(), { kind: 'env', name: 'toString' })).toBe(
      'SECRET_MISSING: the environment variable toString is not set',
    )
  })

  it.each([
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    [' hunter 2 ', ' hunter 2 '],
  ])('in a file loses one line end and nothing else: %j', async (text, expected) => {
    await withFile(text, 0o600, async (path) => {
      expect(await told(secrets(), { kind: 'file', path })).toBe(expected)
    })
  })

  it.each(['', '\n', '\r\n'])('may not be empty: %j', async (text) => {
    await withFile(text, 0o600, async (path) => {
      expect(await told(secrets(), { kind: 'file', path })).toBe(
        `SECRET_EMPTY: the secret file ${path} is empty`,
      )
    })
  })

  it.each(['hunter2\ntwo\n', 'hunter2\n\n', 'hunter2\u0003b'])(
    'may not be typed as two lines: %j',
    async (text) => {
      await withFile(text, 0o600, async (path) => {
        const message = await told(secrets(), { kind: 'file', path })
        expect(message).toMatch(/^SECRET_UNUSABLE/)
        expect(message).not.toContain('hunter2')
      })
    },
  )

  it('that is a private key has several lines', async () => {
    const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----'
    await withFile(`${key}\n`, 0o600, async (path) => {
      expect(await told(secrets(), { kind: 'file', path })).toBe(key)
    })
  })

  it('in a file that others may write works, with a word about it', async () => {
    await withFile('hunter2', 0o666, async (path) => {
      const all = secrets()
      expect(await told(all, { kind: 'file', path })).toBe('hunter2')
      expect(all.warnings()).toEqual([`others may write the secret file ${path}: chmod go-w it`])
    })
    await withFile('hunter2', 0o644, async (path) => {
      const all = secrets()
      await all.resolve({ kind: 'file', path })
      expect(all.warnings()).toEqual([])
    })
  })

  it('is not looked for in a folder, a device or a file that is not there', async () => {
    expect(await told(secrets(), { kind: 'file', path: tmpdir() })).toContain('is not a regular file')
    expect(await told(secrets(), { kind: 'file', path: '/dev/zero' })).toContain('is not a regular file')
    expect(await told(secrets(), { kind: 'file', path: '/no/such' })).toBe(
      'SECRET_MISSING: the secret file /no/such does not exist',
    )
  })

  it('is registered with the redactor before anybody has it', async () => {
    const all = secrets({ env: { P: 'hunter2' } })
    await all.resolve({ kind: 'env', name: 'P' })
    await all.resolve({ kind: 'literal', value: 'literal-secret' })
    expect(all.redactor.redact('a hunter2 b literal-secret')).toBe('a ***** b *****')
  })
})

describe('a command', () => {
  it('gets its arguments as they are: no shell reads them', async () => {
    const argv = [node, '-e', 'console.log(process.argv.slice(1).join("|"))', '$HOME', '; echo x', '`id`']
    expect(await told(secrets(), { kind: 'command', argv })).toBe('$HOME|; echo x|`id`')
  })

  it('sees the given environment only', async () => {
    const argv = [node, '-e', 'console.log(process.env.A, process.env.HOME)']
    expect(await told(secrets({ env: { A: 'a' } }), { kind: 'command', argv })).toBe('a undefined')
  })

  it.each([
    ['process.stderr.write("hunter2"); process.exit(3)', 'it ended with exit code 3'],
    ['process.kill(process.pid, "SIGKILL")', 'it was ended by SIGKILL'],
    ['process.stdout.write("x".repeat(1e6)); setInterval(() => 0, 1e6)', 'it printed more than a secret'],
  ])('that fails is told without its output or its arguments: %s', async (program, reason) => {
    const message = await told(secrets(), { kind: 'command', argv: [node, '-e', program] })
    expect(message).toBe(`SECRET_MISSING: ${node} gave no secret: ${reason}`)
  })

  it('that is not there is told', async () => {
    expect(await told(secrets(), { kind: 'command', argv: ['no-such-program-here'] })).toBe(
      'SECRET_MISSING: no-such-program-here gave no secret: there is no such program',
    )
  })
})

describe('secrets of one run', () => {
  it('are fetched once each, also when many devices ask at the same time', async () => {
    const calls: string[] = []
    const all = secrets({
      runCommand: async (argv) => {
        calls.push(argv.join(' '))
        await Promise.resolve()
        return { kind: 'printed', text: `${argv[0]}-secret\n` }
      },
    })
    const values = await Promise.all(
      ['a', 'b', 'a', 'a', 'b'].map((program) => told(all, { kind: 'command', argv: [program] })),
    )
    expect(values).toEqual(['a-secret', 'b-secret', 'a-secret', 'a-secret', 'b-secret'])
    expect(await told(all, { kind: 'command', argv: ['a'] })).toBe('a-secret')
    expect(calls).toEqual(['a', 'b'])
  })

  it('are asked for one after the other', async () => {
    let open = 0
    const asked: string[] = []
    const prompt = async (label: string): Promise<string> => {
      open += 1
      expect(open).toBe(1)
      asked.push(label)
      await new Promise((resolve) => setImmediate(resolve))
      open -= 1
      return `answer to ${label}`
    }
    const all = secrets({ prompt })
    const values = await Promise.all(['x', 'y', 'x'].map((label) => told(all, { kind: 'prompt', label })))
    expect(values).toEqual(['answer to x', 'answer to y', 'answer to x'])
    expect(asked).toEqual(['x', 'y'])
  })

  it('that must be asked are missing where nobody can be asked, or nobody answers', async () => {
    expect(await told(secrets(), { kind: 'prompt', label: 'password of a' })).toBe(
      'SECRET_MISSING: "password of a" must be asked, and there is nobody to ask: run it at a terminal, or take the secret from env, file or command',
    )
    const silent = secrets({ prompt: () => Promise.resolve(undefined) })
    expect(await told(silent, { kind: 'prompt', label: 'p' })).toBe('SECRET_MISSING: "p" was not answered')
  })
})
