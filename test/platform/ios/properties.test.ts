import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../src/platform/ios/config.ts'
import { iosDriver } from '../../../src/platform/ios/index.ts'
import { lines } from '../../../src/platform/ios/probes.ts'
import { parseSoftware } from '../../../src/platform/software.ts'
import { root } from '../../architecture/sources.ts'
import { hubConfig } from './builders.ts'

const folder = join(root, 'test/captures/ios')
const texts = readdirSync(folder).flatMap((slug) =>
  readdirSync(join(folder, slug)).map((name) => readFileSync(join(folder, slug, name, 'input.txt'), 'utf8')),
)

/** Real layouts, cut and with something of another kind in them, and any text at all. */
const damaged = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(), fc.string({ unit: 'binary', maxLength: 20 }))
    .map(([text, at, cut, noise]) => {
      const place = at % (text.length + 1)
      return (text.slice(0, place) + noise + text.slice(place)).slice(0, cut % (text.length + 21))
    }),
)

describe('whatever a device prints', () => {
  it('no parser throws', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        parseSoftware(text)
        for (const parser of iosDriver.parsers) parser.parse(text, { localAddresses: ['203.0.113.1'] })
        iosDriver.reading([{ line: lines.isakmp, text }], ['203.0.113.1'])
        iosDriver.facts([{ line: lines.config, text }], { hostname: 'hub1', privileged: true })
      }),
      { numRuns: 300 },
    )
  })

  it('no role is told without an own address', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const answer = iosDriver.reading([{ line: lines.isakmp, text }], [])
        if (answer.kind === 'ok') for (const sa of answer.value.sas) expect(sa.role).toBe('unknown')
      }),
      { numRuns: 200 },
    )
  })

  it('a configuration that was cut anywhere is never complete', () => {
    const captured = join(folder, 'show-running-config/hub-with-everything/input.txt')
    const configs = [hubConfig, readFileSync(captured, 'utf8')]
    for (const config of configs) {
      const whole = config.trimEnd()
      expect(readConfig(whole).complete).toBe(true)
      for (let length = 0; length < whole.length; length += 1)
        expect(readConfig(whole.slice(0, length)).complete, `${length}`).toBe(false)
    }
  })

  it('a description cannot hide the lines below it', () => {
    const text = hubConfig.replace('description spoke1', 'description ^C spoke1')
    expect(readConfig(text)).toMatchObject({ complete: true, tunnels: readConfig(hubConfig).tunnels })
  })

  it('a banner around the same text changes nothing that is read', () => {
    const plain = readConfig(hubConfig)
    const words = fc.stringMatching(/^[ -~]{0,40}$/).filter((line) => !line.includes('^C'))
    fc.assert(
      fc.property(fc.array(words, { maxLength: 6 }), (banner) => {
        const text = hubConfig.replace(
          'hostname hub1\n',
          `hostname hub1\nbanner motd ^C\n${banner.join('\n')}\n^C\n`,
        )
        expect(readConfig(text)).toEqual(plain)
      }),
    )
  })
})
