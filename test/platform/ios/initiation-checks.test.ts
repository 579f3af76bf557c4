import { describe, expect, it } from 'vitest'
import type { Finding } from '../../../src/model/finding.ts'
import type { TargetIntent, WantedState } from '../../../src/model/intent.ts'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { factsOf, hubConfig, intent, map, profile, profileTarget } from './builders.ts'

function findings(
  code: Finding['code'],
  config: string,
  targets: readonly TargetIntent[] = [profileTarget('VPN')],
  state: WantedState = 'responder-only',
): readonly Finding[] {
  const assessment = iosDriver.precheck(factsOf({ [lines.config]: config }), intent(targets, state))
  return [...assessment.findings, ...assessment.targets.flatMap((target) => target.findings)].filter(
    (finding) => finding.code === code,
  )
}

function withLines(before: string, text: string): string {
  return hubConfig.replace(before, `${text}${before}`)
}

const flexvpn = (connect: string, tunnel = 'Tunnel1'): string =>
  withLines(
    'interface Tunnel1\n',
    `crypto ikev2 client flexvpn FLEX\n peer 1 198.51.100.1\n${connect} client connect ${tunnel}\n`,
  )

const ezvpn = (connect: string): string =>
  withLines(
    'interface Tunnel1\n',
    `crypto ipsec client ezvpn EZ\n connect ${connect}\n group SITES key s3cretkey\n mode network-extension\n peer 198.51.100.1\n virtual-interface 7\n username site password s3cretkey\ninterface Virtual-Template7 type tunnel\n tunnel protection ipsec profile VPN\n`,
  ).replace(' ip address 203.0.113.1', ' crypto ipsec client ezvpn EZ\n ip address 203.0.113.1')

const initiate = withLines('interface Tunnel2\n', ' tunnel protection ipsec initiate\n')

describe('TUNNEL_INITIATES', () => {
  it.for([
    ['a tunnel that is told to start', initiate, 'tunnel protection ipsec initiate'],
    ['a FlexVPN client that connects by itself', flexvpn(' connect auto\n'), 'client connect Tunnel1'],
    ['a FlexVPN client of which no mode is printed', flexvpn(''), 'client connect Tunnel1'],
    ['a FlexVPN client that follows a track', flexvpn(' connect track 3 up\n'), 'connect track 3 up'],
    ['an EzVPN client whose template uses the profile', ezvpn('auto'), 'virtual-interface 7'],
    ['an EzVPN client that waits for traffic', ezvpn('acl 150'), 'connect acl 150'],
  ] as const)('blocks %s with its lines, and without its secrets', ([, config, line]) => {
    const [finding, ...more] = findings('TUNNEL_INITIATES', config)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'block', target: 'VPN' })
    expect(finding?.evidence).toContain(line)
    expect(JSON.stringify(factsOf({ [lines.config]: config }))).not.toContain('s3cretkey')
  })

  it.for([
    ['a client that a person connects', flexvpn(' connect manual\n')],
    ['an EzVPN client that a person connects', ezvpn('manual')],
    ['a client of another tunnel', flexvpn('', 'Tunnel5')],
    ['a tunnel that is shut down', initiate.replace('interface Tunnel1\n', 'interface Tunnel1\n shutdown\n')],
    ['nothing of the kind', hubConfig],
  ] as const)('has nothing against %s', ([, config]) => {
    expect(findings('TUNNEL_INITIATES', config)).toEqual([])
  })

  it('is information where the setting is taken away', () => {
    expect(findings('TUNNEL_INITIATES', initiate, [profileTarget('VPN')], 'bidirectional')).toMatchObject([
      { severity: 'info' },
    ])
  })
})

describe('STILL_INITIATES', () => {
  it('names in one finding the crypto maps and other profiles that go on starting', () => {
    const [finding, ...more] = findings('STILL_INITIATES', hubConfig, [profileTarget('VPN2')])
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'info' })
    expect(finding).not.toHaveProperty('target')
    expect(finding?.message).toContain('crypto map MAP 10 starts on GigabitEthernet0/0 towards 203.0.113.31')
    expect(finding?.message).toContain('the IPsec profile VPN starts Tunnel1, Tunnel2')
    expect(finding?.evidence).toContain(' set peer 203.0.113.31')
  })

  it('names no target of the run, and no profile that only answers or that nothing uses', () => {
    const everything: readonly TargetIntent[] = [
      { kind: 'profiles-in-use', except: [] },
      { kind: 'ios-crypto-map', map: map('MAP') },
    ]
    expect(findings('STILL_INITIATES', hubConfig, everything)).toEqual([])
  })

  it('names a profile that the playbook excepts', () => {
    const except: TargetIntent = { kind: 'profiles-in-use', except: [profile('VPN')] }
    expect(findings('STILL_INITIATES', hubConfig, [except])[0]?.message).toContain('the IPsec profile VPN')
  })

  it('says of a profile that only templates use that it renews', () => {
    const config = withLines(
      'interface Tunnel6\n',
      'interface Virtual-Template1 type tunnel\n tunnel protection ipsec profile SPARE\n',
    )
    expect(findings('STILL_INITIATES', config)[0]?.message).toContain(
      'SPARE renews the SAs of Virtual-Template1',
    )
  })

  it('names tunnels under the built-in profile, which no configuration defines', () => {
    const config = hubConfig.replace('ipsec profile GONE', 'ipsec profile default')
    const [finding, ...more] = findings('STILL_INITIATES', config)
    expect(more).toEqual([])
    expect(finding?.message).toContain('the built-in IPsec profile default starts Tunnel6')
    expect(finding?.evidence).toContain('interface Tunnel6\n tunnel protection ipsec profile default')
  })

  it('does not name a tunnel whose profile is nowhere: it cannot come up', () => {
    expect(findings('STILL_INITIATES', hubConfig)[0]?.message).not.toContain('Tunnel6')
  })

  it.for([
    ['bound nowhere', hubConfig.replace(' crypto map MAP\nend', 'end')],
    [
      'on an interface that is shut down',
      hubConfig.replace(' crypto map MAP\nend', ' crypto map MAP\n shutdown\nend'),
    ],
    ['keyed by hand', hubConfig.replace('MAP 10 ipsec-isakmp', 'MAP 10 ipsec-manual')],
    ['dynamic', hubConfig.replace('MAP 10 ipsec-isakmp', 'MAP 10 ipsec-isakmp dynamic DYN')],
  ] as const)('names no map entry that is %s', ([, config]) => {
    expect(findings('STILL_INITIATES', config)).toEqual([])
  })

  it('says nothing where the setting is taken away', () => {
    expect(findings('STILL_INITIATES', hubConfig, [profileTarget('VPN2')], 'bidirectional')).toEqual([])
  })

  it('stays readable with hundreds of map entries', () => {
    const entries = Array.from(
      { length: 300 },
      (_, index) => `crypto map MAP ${index + 20} ipsec-isakmp\n set peer 203.0.113.9\n match address A\n`,
    )
    const [finding] = findings('STILL_INITIATES', withLines('interface Tunnel1\n', entries.join('')))
    expect(finding?.message).toContain('and 293 more')
    expect(finding?.message.length).toBeLessThan(1000)
  })
})

describe('PROFILE_SHARED', () => {
  it('warns with every tunnel of the same source, those of other profiles included', () => {
    expect(findings('PROFILE_SHARED', hubConfig, [profileTarget('VPN2')])).toMatchObject([
      {
        severity: 'warn',
        target: 'VPN2',
        message: expect.stringContaining('Tunnel1, Tunnel2, Tunnel5'),
        evidence: expect.stringContaining('profile VPN2 shared'),
      },
    ])
  })

  it('warns of several tunnels with the same profile, without the keyword too', () => {
    const [finding, ...more] = findings('PROFILE_SHARED', hubConfig)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ severity: 'warn', target: 'VPN' })
    expect(finding?.message).toBe('2 interfaces use VPN: the setting reaches Tunnel1, Tunnel2 together')
    expect(finding?.evidence).toContain('interface Tunnel2')
  })

  it('stays readable with hundreds of tunnels', () => {
    const tunnels = Array.from(
      { length: 300 },
      (_, index) => `interface Tunnel${index + 100}\n tunnel protection ipsec profile VPN\n`,
    )
    const [finding] = findings('PROFILE_SHARED', withLines('interface Tunnel1\n', tunnels.join('')))
    expect(finding?.message).toContain('302 interfaces use VPN')
    expect(finding?.message.length).toBeLessThan(300)
  })

  it('has nothing against one tunnel alone on its source, nor beside tunnels that are shut down', () => {
    const alone = hubConfig.replace(
      'interface Tunnel5\n tunnel source GigabitEthernet0/0',
      'interface Tunnel5\n tunnel source Loopback5',
    )
    expect(findings('PROFILE_SHARED', alone, [profileTarget('VPN2')])).toEqual([])
    const down = hubConfig.replace('interface Tunnel2\n', 'interface Tunnel2\n shutdown\n')
    expect(findings('PROFILE_SHARED', down)).toEqual([])
  })
})
