import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadRun } from '../../src/wire/load.ts'
import { runBasis } from '../../src/wire/run-basis.ts'
import { createFakeClock } from '../fake-clock.ts'

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-load-'))
})

afterEach(() => rmSync(dir, { recursive: true, force: true }))

const inventory = `version: 1
defaults: { credential: netops }
credentials: { netops: { username: netops, password: { env: PASSWORD } } }
hosts:
  hub1: { address: 192.0.2.1, platform: ios }
`

describe('a playbook with a mistake', () => {
  it('has the hosts that nobody knows told in the same answer, those of accept and known included', () => {
    writeFileSync(join(dir, 'inventory.yml'), inventory)
    writeFileSync(
      join(dir, 'hubs.yml'),
      `version: 1
inventory: inventory.yml
routers: [{ hosts: [hub1, hub7], profiles: [VPN] }]
accept:
  - { code: SOLE_INITIATOR, hosts: hub8, targets: [VPN], reason: r, by: noc, until: 2027-03-31 }
known: [{ hosts: hub9, status: unreachable, until: 2027-01-31, reason: "line ordered" }]
`,
    )
    const loaded = loadRun({ playbook: 'hubs.yml', cwd: dir, env: {}, clock: createFakeClock() })
    const told = loaded.kind === 'err' ? loaded.error : []
    expect(told.map((one) => [one.code, /hub\d/.exec(one.message)?.[0]])).toEqual(
      expect.arrayContaining([
        ['MISSING_KEY', undefined],
        ['UNKNOWN_REFERENCE', 'hub7'],
        ['UNKNOWN_REFERENCE', 'hub8'],
        ['UNKNOWN_REFERENCE', 'hub9'],
      ]),
    )
  })
})

describe('an entry of known that has expired', () => {
  const entry = (hosts: string, until: string): string =>
    `known: [{ hosts: ${hosts}, status: unreachable, until: ${until}, reason: "line ordered" }]\n`
  const at = { cwd: '', playbook: 'hubs.yml', env: {}, clock: createFakeClock() }

  it('is left out with its place where drift loads it, of the playbook and of a baseline', () => {
    writeFileSync(join(dir, 'inventory.yml'), inventory)
    const head =
      'version: 1\nname: n\ninventory: inventory.yml\nrouters: [{ hosts: hub1, profiles: [VPN] }]\n'
    // What it was about is gone from the inventory: that is no mistake any more either.
    writeFileSync(join(dir, 'hubs.yml'), head + entry('hub9', '2026-11-01'))
    writeFileSync(join(dir, 'expected.yml'), `version: 1\n${entry('hub1', '2026-11-02')}`)
    const options = { ...at, cwd: dir, baseline: 'expected.yml' }
    const loaded = loadRun(options, { expiredKnown: 'kept' })
    if (loaded.kind === 'err') return expect.unreachable(loaded.error.map((one) => one.message).join())
    expect(loaded.value.playbook.known).toBeUndefined()
    expect(loaded.value.warnings.map((one) => [one.code, one.severity, one.at?.file, one.at?.line])).toEqual([
      ['EXPIRED', 'warning', 'hubs.yml', 5],
      ['EXPIRED', 'warning', 'expected.yml', 2],
    ])
    const strict = loadRun(options)
    const told = strict.kind === 'err' ? strict.error : []
    expect(told.map(({ code, message }) => `${code} ${message}`)).toContain(
      'INVALID_VALUE the entry expired on 2026-11-01',
    )
  })
})

describe('what a run is recorded to have been', () => {
  it('names both files by the hashes of the bytes that were read, and the account also where nobody is named', () => {
    const playbook =
      'version: 1\nname: n\ninventory: inventory.yml\nrouters: [{ hosts: hub1, profiles: [VPN] }]\n'
    writeFileSync(join(dir, 'inventory.yml'), inventory)
    writeFileSync(join(dir, 'hubs.yml'), playbook)
    const loaded = loadRun({ playbook: 'hubs.yml', cwd: dir, env: {}, clock: createFakeClock() })
    if (loaded.kind === 'err') throw new Error('it did not load')
    writeFileSync(join(dir, 'inventory.yml'), '# changed since')
    const sum = (text: string): string => createHash('sha256').update(text).digest('hex')
    const { basis } = runBasis({ env: {} }, loaded.value)
    expect(basis).toMatchObject({ playbookSha256: sum(playbook), inventorySha256: sum(inventory) })
    expect(basis.by).toBeUndefined()
    expect(basis.account).toMatch(/./)
    expect(basis.machine).toMatch(/./)
    expect(runBasis({ env: { SUDO_USER: 'alice', USER: 'root' } }, loaded.value).basis.by).toBe('alice')
  })
})
