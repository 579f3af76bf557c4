import { expect, it } from 'vitest'
import { applyFleet, planFleet } from '../../src/workflow/fleet.ts'
import { verifyFleet } from '../../src/workflow/verify.ts'
import { hub } from './scenarios.ts'
import { createWorld, device, expectNothingSent, profile } from './world.ts'

it.each([
  ['plan', planFleet],
  ['apply', applyFleet],
  ['verify', verifyFleet],
])(
  '%s blocks a host that shows the prompt of a Unix shell, with that prompt, and goes on',
  async (_, fleet) => {
    const world = createWorld(hub(), {
      refuse: (host) =>
        host === 'vpn1'
          ? {
              code: 'PLATFORM_UNSUPPORTED',
              cause: 'network',
              message: 'm',
              reply: 'netops@vpn1:~$',
              next: 'n',
            }
          : undefined,
    })
    const devices = [device('vpn1', [profile('VPN')]), device('hub1', [profile('VPN')])]
    const result = await world.clock.settle(fleet(world.request(devices), world.ports))
    const [vpn1, hub1] = ['vpn1', 'hub1'].map((host) => result.devices.find((one) => one.host === host))
    expect(vpn1).toMatchObject({
      status: 'blocked',
      findings: [{ code: 'PLATFORM_UNSUPPORTED', severity: 'block', evidence: 'netops@vpn1:~$' }],
    })
    expect(vpn1?.error).toBeUndefined()
    expect(hub1?.findings.map((finding) => finding.code)).not.toContain('PLATFORM_UNSUPPORTED')
    expectNothingSent(world, 'vpn1')
  },
)
