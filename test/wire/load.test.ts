import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadRun } from '../../src/wire/load.ts'
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
