import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../src/kernel/clock.ts'
import { programRunner } from '../../src/wire/run-program.ts'
import { verifySignature } from '../../src/wire/signature.ts'
import { describeWith, openSsh } from './needs.ts'
import { keygen, makeKeyFiles } from './openssh-keys.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-signed-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A plan, signed by one key for a namespace, and who may sign it. */
function signed(namespace = 'ikero-plan', allowed = 'approver', options = ''): void {
  writeFileSync(join(dir, 'p.json'), '{ "kind": "ikero-plan" }\n')
  const approver = makeKeyFiles(dir, 'approver')
  const other = makeKeyFiles(dir, 'other')
  const key = allowed === 'approver' ? approver.public : other.public
  writeFileSync(join(dir, 'signers'), `board@example.net,deputy@example.net ${options}${key}\n`)
  keygen('-q', '-Y', 'sign', '-n', namespace, '-f', approver.path, join(dir, 'p.json'))
}

async function verify(change = ''): Promise<string> {
  const bytes = Buffer.concat([readFileSync(join(dir, 'p.json')), Buffer.from(change)])
  const where = { cwd: dir, home: undefined, run: programRunner({ PATH: process.env.PATH }, systemClock) }
  const result = await verifySignature({ path: 'p.json', bytes }, { allowedSigners: 'signers' }, where)
  return result.kind === 'ok' ? result.value : `${result.error.code}: ${result.error.message}`
}

describeWith(openSsh, 'a plan that was signed with ssh-keygen', () => {
  it('names who signed it', async () => {
    signed()
    expect(await verify()).toBe('board@example.net')
  })

  it('names who signed it where the key is for plans only', async () => {
    signed('ikero-plan', 'approver', 'namespaces="ikero-plan" ')
    expect(await verify()).toBe('board@example.net')
  })

  it('does not hold for other bytes', async () => {
    signed()
    expect(await verify(' ')).toMatch(/^SIGNATURE_REFUSED: .*does not hold for this content/)
  })

  it('does not hold by somebody who is not allowed', async () => {
    signed('ikero-plan', 'other')
    expect(await verify()).toMatch(/^SIGNATURE_REFUSED: .*by nobody whom/)
  })

  it('does not hold where it was made for something else', async () => {
    signed('git')
    expect(await verify()).toMatch(/^SIGNATURE_REFUSED: /)
  })

  it('does not hold where it is no signature', async () => {
    signed()
    writeFileSync(join(dir, 'p.json.sig'), 'noise')
    expect(await verify()).toMatch(/^SIGNATURE_REFUSED: /)
  })
})
