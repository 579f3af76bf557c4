import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OsFamily } from '../../src/model/facts.ts'
import type { PlatformId } from '../../src/model/ids.ts'
import { asaDriver } from '../../src/platform/asa/index.ts'
import type { Writer } from '../../src/platform/driver.ts'
import { iosDriver } from '../../src/platform/ios/index.ts'
import { facts } from '../topology/builders.ts'

const drivers: Readonly<Record<PlatformId, Writer>> = { ios: iosDriver, asa: asaDriver }

function lines(
  platform: PlatformId,
  version: 1 | 2,
  more: { readonly release?: string; readonly os?: OsFamily; readonly peer?: string } = {},
): readonly string[] | string {
  const os = more.os ?? platform
  const software = { os, version: more.release ?? '9.16(3)', evidence: 'version' }
  const answer = drivers[platform].clears(facts('203.0.113.1', { software }, os), {
    peer: more.peer ?? '203.0.113.20',
    version,
  })
  return answer.kind === 'ok' ? answer.value : answer.error
}

describe('the lines that clear one peer', () => {
  it.each([1, 2] as const)('are one line on IOS, which takes IKEv%d and IPsec SAs', (version) => {
    expect(lines('ios', version)).toEqual(['clear crypto session remote 203.0.113.20'])
  })

  it('are two on an ASA with IKEv1: its IPsec SAs outlive the IKE SA', () => {
    expect(lines('asa', 1)).toEqual([
      'clear crypto ikev1 sa 203.0.113.20',
      'clear crypto ipsec sa peer 203.0.113.20',
    ])
  })

  it('are one on an ASA with IKEv2', () => {
    expect(lines('asa', 2)).toEqual(['clear crypto ikev2 sa 203.0.113.20'])
  })

  it.each([
    ['8.4(1)', 'asa', true],
    ['100.8(40)', 'asa', true],
    ['8.3(2)', 'asa', false],
    ['8.0(4)', 'pix', false],
    ['', 'asa', false],
  ] as const)('are known on release %j of %s: %s', (release, os, known) => {
    const answer = lines('asa', 1, { release, os })
    expect(typeof answer === 'string').toBe(!known)
  })

  it.each([
    '2001:db8::1',
    'branch-7',
    '',
    '0.0.0.0',
    '203.0.113.020',
    '239.1.1.1',
    '127.0.0.1',
    '203.0.113.0/24',
  ])('are none for %j: it is no address of one host', (peer) => {
    for (const platform of ['ios', 'asa'] as const)
      expect(lines(platform, 1, { peer })).toMatch(/is not known/)
  })

  it('always end with exactly the address, whatever stands for a peer', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.ipV4()),
        fc.constantFrom<PlatformId>('ios', 'asa'),
        (peer, platform) => {
          const answer = lines(platform, 1, { peer })
          if (typeof answer === 'string') return
          for (const line of answer) expect(line).toMatch(/^clear crypto [a-z0-9 ]+ \d+\.\d+\.\d+\.\d+$/)
          for (const line of answer) expect(line.endsWith(` ${peer}`)).toBe(true)
        },
      ),
    )
  })
})
