import { describe, expect, it } from 'vitest'
import type { Assessment } from '../../../src/model/plan.ts'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { factsOf, hubConfig, intent, map, profile, profileTarget } from './builders.ts'

/** What else starts, and what shares a profile, stands beside nearly every wish: initiation-checks.test.ts. */
function codes(assessment: Assessment): readonly string[] {
  return [...assessment.findings, ...assessment.targets.flatMap((state) => state.findings)]
    .filter(({ code }) => code !== 'STILL_INITIATES' && code !== 'PROFILE_SHARED')
    .map((finding) => `${finding.severity} ${finding.code}`)
}

describe('the checks of IOS', () => {
  it('have nothing against a profile that tunnels use, and know its peers and users', () => {
    const assessment = iosDriver.precheck(factsOf(), intent([profileTarget('VPN')]))
    expect(codes(assessment)).toEqual([])
    expect(assessment.targets).toMatchObject([
      {
        before: 'bidirectional',
        wanted: 'responder-only',
        usedBy: ['Tunnel1', 'Tunnel2'],
        peers: { listed: ['203.0.113.11', '203.0.113.12'], any: false },
      },
    ])
  })

  it('know that any peer may call a multipoint tunnel', () => {
    const [state] = iosDriver.precheck(factsOf(), intent([profileTarget('VPN2')])).targets
    expect(state).toMatchObject({
      before: 'responder-only',
      peers: { listed: [], any: true, locals: ['203.0.113.1'] },
    })
  })

  it('do not say at which own address a multipoint tunnel is called where one source is not known', () => {
    const second =
      'interface Tunnel7\n tunnel source Dialer1\n tunnel mode gre multipoint\n tunnel protection ipsec profile VPN2\ninterface Tunnel6\n'
    const config = hubConfig.replace('interface Tunnel6\n', second)
    const facts = factsOf({ [lines.config]: config })
    const [state] = iosDriver.precheck(facts, intent([profileTarget('VPN2')])).targets
    expect(state?.peers).toEqual({ listed: [], any: true })
  })

  it('rest a target on the lines of its profile, its tunnels and their source, and on no other', () => {
    const [before] = iosDriver.precheck(factsOf(), intent([profileTarget('VPN')])).targets
    const basis = (config: string): readonly string[] | undefined =>
      iosDriver.precheck(factsOf({ [lines.config]: config }), intent([profileTarget('VPN')])).targets[0]
        ?.basis
    expect(basis(hubConfig.replace('203.0.113.11\n', '203.0.113.99\n'))).not.toEqual(before?.basis)
    expect(basis(hubConfig.replace('203.0.113.1 255', '203.0.113.2 255'))).not.toEqual(before?.basis)
    expect(basis(hubConfig.replace('VPN2\n set', 'VPN2\n set pfs group14\n set'))).toEqual(before?.basis)
    expect(basis(hubConfig.replace('description spoke1', 'description spoke one'))).toEqual(before?.basis)
  })

  it('offer the profile that was probably meant where two letters were swapped', () => {
    const [state] = iosDriver.precheck(factsOf(), intent([profileTarget('VNP')])).targets
    expect(state?.findings[0]?.next).toContain('did you mean VPN?')
  })

  it('block a profile that does not exist, and offer the one that was probably meant', () => {
    const assessment = iosDriver.precheck(factsOf(), intent([profileTarget('vpn')]))
    expect(codes(assessment)).toEqual(['block PROFILE_MISSING'])
    expect(assessment.targets[0]).toMatchObject({ before: 'absent', findings: [{ target: 'vpn' }] })
    expect(assessment.targets[0]?.findings[0]).not.toHaveProperty('evidence')
    expect(assessment.targets[0]?.findings[0]?.next).toContain('did you mean VPN?')
  })

  it('say that a profile is used and not defined', () => {
    const [state] = iosDriver.precheck(factsOf(), intent([profileTarget('GONE')])).targets
    expect(state?.findings[0]?.message).toMatch(/^Tunnel6 uses the IPsec profile GONE/)
    expect(state?.findings[0]?.evidence).toContain('tunnel protection ipsec profile GONE')
  })

  it('block a profile that no tunnel uses', () => {
    expect(codes(iosDriver.precheck(factsOf(), intent([profileTarget('SPARE')])))).toEqual([
      'block PROFILE_UNUSED',
    ])
  })

  const shutDown = hubConfig.replaceAll(/interface Tunnel[12]\n/g, (line) => `${line} shutdown\n`)

  it('block a profile that only shut-down interfaces use, and name them', () => {
    const assessment = iosDriver.precheck(
      factsOf({ [lines.config]: shutDown }),
      intent([profileTarget('VPN')]),
    )
    expect(codes(assessment)).toEqual(['block PROFILE_UNUSED'])
    const [state] = assessment.targets
    expect(state?.findings[0]?.message).toContain('Tunnel1, Tunnel2')
    expect(state?.findings[0]?.message).toContain('shut down')
    expect(state?.findings[0]?.evidence).toContain('interface Tunnel1\n shutdown')
    expect(state?.peers).toEqual({ listed: [], any: false })
  })

  it('leave a profile that only shut-down interfaces use alone where all in use are meant, and say so', () => {
    const wish = intent([{ kind: 'profiles-in-use', except: [] }])
    const assessment = iosDriver.precheck(factsOf({ [lines.config]: shutDown }), wish)
    expect(assessment.targets.map((state) => state.usedBy)).toEqual([['Tunnel5']])
    expect(assessment.findings).toMatchObject([
      { code: 'PROFILE_UNUSED', severity: 'warn' },
      { code: 'PROFILE_MISSING', severity: 'info' },
      { code: 'STILL_INITIATES', severity: 'info' },
    ])
    expect(assessment.findings[0]?.message).toContain('VPN')
    const none = intent([{ kind: 'profiles-in-use', except: [profile('VPN')] }])
    expect(codes(iosDriver.precheck(factsOf({ [lines.config]: shutDown }), none))).toEqual([
      'info PROFILE_MISSING',
    ])
  })

  it('count no peer of a shut-down interface beside one that is up', () => {
    const config = hubConfig.replace('interface Tunnel1\n', 'interface Tunnel1\n shutdown\n')
    const [state] = iosDriver.precheck(
      factsOf({ [lines.config]: config }),
      intent([profileTarget('VPN')]),
    ).targets
    expect(state).toMatchObject({ findings: [], peers: { listed: ['203.0.113.12'] } })
  })

  it('take every profile in use for a target, except those that are excepted', () => {
    const use = (except: readonly string[]): readonly string[] =>
      iosDriver
        .precheck(factsOf(), intent([{ kind: 'profiles-in-use', except: except.map(profile) }]))
        .targets.map((state) => (state.target.kind === 'ipsec-profile' ? state.target.profile : ''))
    expect(use([])).toEqual(['VPN', 'VPN2'])
    expect(use(['VPN2'])).toEqual(['VPN'])
  })

  it('warn of tunnels under the built-in profile, which are left as they are where all in use are meant', () => {
    const config = hubConfig.replace('ipsec profile GONE', 'ipsec profile default')
    const assessment = iosDriver.precheck(
      factsOf({ [lines.config]: config }),
      intent([{ kind: 'profiles-in-use', except: [] }]),
    )
    const found = assessment.findings.filter(({ code }) => code === 'PROFILE_MISSING')
    expect(found).toMatchObject([
      { severity: 'warn', evidence: expect.stringContaining('interface Tunnel6') },
    ])
    expect(found[0]?.message).toContain('Tunnel6 uses the built-in IPsec profile default')
    expect(found[0]?.next).toContain('profile of your own')
  })

  it('make one target of a profile that is named and in use', () => {
    const both = intent([profileTarget('VPN'), { kind: 'profiles-in-use', except: [] }])
    expect(iosDriver.precheck(factsOf(), both).targets).toHaveLength(2)
  })

  it('refuse a crypto map with the lines of the device', () => {
    const assessment = iosDriver.precheck(factsOf(), intent([{ kind: 'ios-crypto-map', map: map('MAP') }]))
    expect(assessment.targets).toMatchObject([
      {
        target: { kind: 'crypto-map-entry', map: 'MAP', seq: 10 },
        usedBy: ['GigabitEthernet0/0'],
        findings: [{ code: 'CRYPTO_MAP_UNSUPPORTED', severity: 'block', target: 'MAP/10' }],
      },
    ])
    expect(assessment.targets[0]?.findings[0]?.evidence).toContain('set peer 203.0.113.31')
  })

  it('refuse a crypto map that the device does not have', () => {
    const assessment = iosDriver.precheck(factsOf(), intent([{ kind: 'ios-crypto-map', map: map('NONE') }]))
    expect(codes(assessment)).toEqual(['block CRYPTO_MAP_UNSUPPORTED'])
  })

  it.for([
    ['the session is in user mode', {}, false],
    ['the level is below 15', { [lines.privilege]: 'Current privilege level is 7\n' }, true],
    [
      'the session is in a CLI view, which hides what it may not configure',
      { [lines.privilege]: "Currently in View Context with view 'vpn'\n" },
      true,
    ],
    ['the device does not tell the level', { [lines.privilege]: '' }, true],
  ] as const)('judge nothing when %s', ([, texts, privileged]) => {
    const facts = factsOf(texts, { hostname: 'hub1', privileged })
    const assessment = iosDriver.precheck(facts, intent([profileTarget('VPN')]))
    expect(codes(assessment)).toEqual(['block PRIVILEGE_INSUFFICIENT'])
    expect(assessment.targets).toEqual([])
  })

  it.for(['Current privilege level is 15\n', "Currently in View Context with view 'root'\n"])(
    'believe a configuration that is shown to %j',
    (told) => {
      const facts = factsOf({ [lines.privilege]: told })
      expect(iosDriver.precheck(facts, intent([profileTarget('VPN')])).targets).toHaveLength(1)
    },
  )

  const unknownRelease =
    'Cisco IOS Software, ISR Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 15.5(3)S4b, RELEASE SOFTWARE (fc1)\n'
  const withoutSetting = hubConfig.replace(' responder-only\n', '')

  it('block a release that nobody knows until the device itself shows the setting', () => {
    const texts = { [lines.version]: unknownRelease, [lines.config]: withoutSetting }
    const shown = { ...texts, [lines.ipsecProfile]: 'IPSEC profile default\n\tResponder-Only (Y/N): N\n' }
    const wish = intent([profileTarget('VPN')])
    expect(codes(iosDriver.precheck(factsOf(texts), wish))).toEqual(['block RELEASE_UNKNOWN'])
    expect(codes(iosDriver.precheck(factsOf(shown), wish))).toEqual(['info RELEASE_UNKNOWN'])
  })

  it('ask for the effective profiles only where the release leaves it open', () => {
    const asked = (text: string): readonly string[] =>
      iosDriver.probes(iosDriver.software(text)).map((probe) => probe.line)
    expect(asked(unknownRelease)).toContain('show crypto ipsec profile')
    expect(asked('Cisco IOS XE Software, Version 17.09.04a\n')).not.toContain('show crypto ipsec profile')
  })
})
