import { describe, expect, it } from 'vitest'
import { type FaultLab, withLab } from './over-ssh.ts'

const router = (name: string, via: string): string => `  - name: ${name}
    platform: ios
    version: "15.2(4)M6"
    via: ${via}
    config: |
      hostname ${name}
      crypto ipsec profile VPN
`

/** Some routers behind jump hosts. */
function scenario(names: readonly string[], via: string, jumps: string): string {
  return `version: 1\njumps:\n${jumps}devices:\n${names.map((name) => router(name, via)).join('')}`
}

const many = Array.from({ length: 40 }, (_, index) => `r${index + 1}`)
const playbook = (names: readonly string[]): string =>
  `version: 1\nname: behind\nrouters: [ { hosts: [${names.join(', ')}], profiles: [VPN] } ]\n`

const run = <T>(names: readonly string[], text: string, work: (lab: FaultLab) => Promise<T>): Promise<T> =>
  withLab(text, { playbook: playbook(names) }, work)

describe('a jump host', () => {
  it('row 13: a changed key of the second hop is refused, and the hop is named', async () => {
    const jumps = '  - { name: outer }\n  - { name: inner, faults: { ssh: { hostKey: changed } } }\n'
    await run(['r1'], scenario(['r1'], '[outer, inner]', jumps), async (lab) => {
      const [device] = await lab.plan()
      expect(device).toMatchObject({ status: 'unreachable', error: { code: 'HOST_KEY_CHANGED' } })
      expect(device?.error?.message).toContain('inner')
      expect(new Set(device?.error?.message.match(/SHA256:\S+/g)).size).toBeGreaterThanOrEqual(2)
      expect(lab.lab.lines()).toEqual([])
    })
  })

  it('row 20: one that dies with 40 devices behind it is told as one cause, with all of them', async () => {
    const text = scenario(many, '[bastion]', '  - { name: bastion, dies: 3 }\n')
    const warned: string[] = []
    const note = (warning: Error): unknown => warned.push(warning.message)
    process.on('warning', note)
    await run(many, text, async (lab) => {
      const devices = await lab.plan()
      expect(devices).toHaveLength(40)
      const hit = devices.filter((one) => one.error !== undefined)
      expect(hit.length).toBeGreaterThanOrEqual(37)
      for (const one of hit) expect(one.error?.message).toContain('bastion')
      const told = lab.warnings().filter((message) => message.includes('bastion'))
      expect(told).toHaveLength(1)
      // The first ones may have been read by then.
      expect(told[0]).toMatch(/\b(?:3[7-9]|40) devices/)
    }).finally(() => process.off('warning', note))
    // As Node's own, of the eleventh that listens to one signal.
    expect(warned).toEqual([])
  })
})
