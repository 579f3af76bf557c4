import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { AdoptedSpace, Adoption } from '../../src/model/adoption.ts'
import type { Finding } from '../../src/model/finding.ts'
import { parseDeviceName, parseMapName, parseProfileName } from '../../src/model/ids.ts'
import { parsePlaybook } from '../../src/playbook/load.ts'
import { writePlaybook } from '../../src/playbook/write.ts'
import { contextName, deviceName, entryTarget, profileTarget } from '../names.ts'

const router = (host: string, names: readonly string[], findings: readonly Finding[] = []): AdoptedSpace => ({
  host: deviceName(host),
  platform: 'ios',
  targets: names.map(profileTarget),
  findings,
})
const asa = (
  host: string,
  map: string,
  seqs: readonly number[],
  more: Partial<AdoptedSpace> = {},
): AdoptedSpace => ({
  host: deviceName(host),
  platform: 'asa',
  targets: seqs.map((seq) => entryTarget(map, seq)),
  findings: [],
  ...more,
})
const adoption = (...spaces: readonly AdoptedSpace[]): Adoption => ({ spaces, without: [], unread: [] })
const head = { name: 'adopted', inventory: '../inventory/lab.yml' }
const write = (one: Adoption): string => writePlaybook(one, head) ?? ''
const loaded = (text: string) => {
  const playbook = parsePlaybook('x.yml', text, { today: '2026-11-24' })
  if (playbook.kind === 'err') throw new Error(`${JSON.stringify(playbook.error)}\n${text}`)
  return playbook.value
}

const finding = (message: string, next = message, target?: string): Finding => ({
  code: 'PROFILE_SHARED',
  severity: 'warn',
  message,
  next,
  ...(target === undefined ? {} : { target }),
})

/** Text of a hostile device: anything, and what means something in YAML. */
const said = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '\n',
        '\r',
        '\u0085',
        '\u2028',
        '- hosts: [x]',
        'state: bidirectional',
        '#',
        '"',
        ': ',
        '\u0000',
        '\ud800',
        '---',
        '\ufeff',
      ),
    )
    .map((parts) => parts.join('')),
)
const nameUnit = fc.constantFrom(...'aZ09_.:+/@#&=~-'.split(''))
const names = <T>(parse: (text: string) => T | undefined): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.string({ unit: nameUnit, minLength: 1, maxLength: 12 }),
      fc.constantFrom(
        'null',
        'true',
        'No',
        'y',
        '1e3',
        '0x10',
        '12',
        '1.5',
        '2026-01-01',
        '1:30',
        '_1',
        '0o7',
        'NaN',
      ),
    )
    .filter((text) => parse(text) !== undefined)

describe('a written playbook', () => {
  it('folds hosts that have the same into one item', () => {
    const text = write(
      adoption(
        router('hub1', ['VPN']),
        router('hub2', ['VPN', 'BRANCH']),
        router('hub3', ['VPN']),
        asa('asa1', 'outside_map', [10, 20]),
        asa('asa2', 'outside_map', [10, 20]),
        asa('fw1', 'outside_map', [10], { context: contextName('a') }),
        asa('fw1', 'outside_map', [10], { context: contextName('b') }),
      ),
    )
    expect(parse(text)).toEqual({
      version: 1,
      ...head,
      routers: [
        { hosts: ['hub1', 'hub3'], profiles: ['VPN'] },
        { hosts: ['hub2'], profiles: ['VPN', 'BRANCH'] },
      ],
      asas: [
        { hosts: ['asa1', 'asa2'], cryptoMaps: [{ map: 'outside_map', entries: [10, 20] }] },
        { hosts: ['fw1'], context: 'a', cryptoMaps: [{ map: 'outside_map', entries: [10] }] },
        { hosts: ['fw1'], context: 'b', cryptoMaps: [{ map: 'outside_map', entries: [10] }] },
      ],
      state: 'responder-only',
    })
    expect(loaded(text).items).toHaveLength(5)
  })

  it('has route-based tunnels of an ASA beside its crypto maps', () => {
    const both = { targets: [entryTarget('m', 10), profileTarget('VTI')] }
    expect(parse(write(adoption(asa('asa1', 'm', [], both)))).asas).toEqual([
      { hosts: ['asa1'], cryptoMaps: [{ map: 'm', entries: [10] }], vtiProfiles: ['VTI'] },
    ])
  })

  it('is none where there is nothing to ask for', () => {
    expect(
      writePlaybook(
        { ...adoption(), unread: [{ name: 'x', code: 'TIMED_OUT', message: 'm', next: 'n' }] },
        head,
      ),
    ).toBe(undefined)
  })

  it('says the same whatever devices said: nothing breaks out of a comment', () => {
    const clean = parse(write(adoption(router('hub1', ['VPN']), asa('asa1', 'm', [10]))))
    fc.assert(
      fc.property(said, said, said, (a, b, c) => {
        const text = write({
          spaces: [
            router('hub1', ['VPN'], [finding(a, b, c)]),
            asa('asa1', 'm', [10], { findings: [finding(c)] }),
          ],
          without: [{ name: 'x', findings: [finding(b)] }],
          unread: [{ name: 'y', code: 'TIMED_OUT', message: c, next: c }],
        })
        expect(parse(text)).toEqual(clean)
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\ufeff]/)
      }),
    )
  })

  it('gives every name back as it is, whatever YAML might take it for', () => {
    fc.assert(
      fc.property(
        names(parseDeviceName),
        names(parseProfileName),
        names(parseMapName),
        (host, profile, map) => {
          const other = `${host}2`.slice(-63)
          const { routers, asas } = parse(write(adoption(router(host, [profile]), asa(other, map, [7]))))
          expect(routers).toEqual([{ hosts: [host], profiles: [profile] }])
          expect(asas).toEqual([{ hosts: [other], cryptoMaps: [{ map, entries: [7] }] }])
        },
      ),
    )
  })
})
