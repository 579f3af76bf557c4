import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ikeroHere } from './in-process.ts'

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ikero-validate-'))
})

afterEach(() => rmSync(dir, { recursive: true, force: true }))

const playbook = `version: 1
name: n
inventory: inventory.yml
routers: [{ hosts: hub1, profiles: [VPN] }]
`

async function validate(inventory: string): ReturnType<typeof ikeroHere> {
  writeFileSync(join(dir, 'hubs.yml'), playbook)
  writeFileSync(join(dir, 'inventory.yml'), inventory)
  return ikeroHere(['validate', 'hubs.yml', '--json'], { cwd: dir })
}

const host = 'hosts: { hub1: { address: 192.0.2.1, platform: ios, credential: lab } }\n'

describe('ikero validate --json', () => {
  it('prints nothing that could act on a terminal, and any JSON parser gets it back', async () => {
    const ran = await validate(`version: 1\n"k\u202e\u009b2J": 1\n${host}`)
    expect(ran.code).toBe(64)
    expect(ran.stdout).not.toMatch(/[\u0080-\u009f\u202e]/)
    expect(JSON.parse(ran.stdout)).toMatchObject({ formatVersion: 1, exitCode: 64, problems: [{}, {}] })
  })

  it.each(['pasword: hunter2', 'pwd: hunter2', 'passwd: { literal: hunter2 }', 'enabel: hunter2'])(
    'shows no secret: %s',
    async (line) => {
      const text = `version: 1\ncredentials: { lab: { username: netops, ${line} } }\n${host}`
      const ran = await validate(text)
      expect(ran.code).toBe(64)
      expect(JSON.parse(ran.stdout).problems).toContainEqual(expect.objectContaining({ line: 2 }))
      expect(`${ran.stdout}${ran.stderr}`).not.toContain('hunter2')
    },
  )
})

describe('ikero validate -v', () => {
  it('names the devices that the playbook reaches, and without -v counts them', async () => {
    const credentials = 'credentials: { lab: { username: netops, password: { env: P } } }\n'
    await validate(`version: 1\n${credentials}${host}`)
    const plain = await ikeroHere(['validate', 'hubs.yml'], { cwd: dir })
    expect(plain).toMatchObject({ code: 0, stdout: 'ok: n: 1 device\n' })
    const more = await ikeroHere(['validate', 'hubs.yml', '-v'], { cwd: dir })
    expect(more).toMatchObject({ code: 0, stdout: 'ok: n: 1 device\n  hub1\n' })
  })
})
