import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { path, readOnly } from '../../src/grammar/path.ts'
import { readPrompt } from '../../src/grammar/prompt.ts'
import { platformIds, readOnlyLine } from '../../src/model/ids.ts'
import type { Driver } from '../../src/platform/driver.ts'
import { driverFor } from '../../src/platform/registry.ts'
import { captureCases, slugOf } from './captures.ts'
import { applied, linesOf, surveys, wishFor } from './survey.ts'

const session = { hostname: 'device', privileged: true }
const everyText = platformIds.flatMap((platform) => captureCases(platform).map(({ text }) => text))

describe.for(platformIds)('the driver of %s', (platform) => {
  const driver: Driver = driverFor(platform)
  const { grammar } = driver
  const cases = captureCases(platform)

  it('is registered under its own name', () => {
    expect(driver.platform).toBe(platform)
  })

  it('reaches the configuration mode, and leaves every mode that writes', () => {
    for (const to of ['privileged', 'config'] as const) {
      expect(path(grammar, 'user', to).kind).toBe('path')
    }
    for (const mode of grammar.modes.filter(({ writes }) => writes)) {
      expect(path(grammar, mode.id, 'privileged').kind).toBe('path')
    }
  })

  it('has no way into a mode that writes when it only reads', () => {
    const reading = readOnly(grammar)
    for (const from of grammar.modes.filter(({ writes }) => !writes)) {
      for (const to of grammar.modes.filter(({ writes }) => writes)) {
        expect(path(reading, from.id, to.id).kind).toBe('no-path')
      }
    }
  })

  it.for([
    ['gw>', 'user'],
    ['gw# ', 'privileged'],
    ['gw(config)#', 'config'],
    ['gw(config-if)#', 'sub'],
    ['gw(ipsec-profile)# ', 'sub'],
  ] as const)('takes %s for exactly one mode', ([text, mode]) => {
    expect(readPrompt(grammar, text)).toMatchObject({ kind: 'one', prompt: { mode, hostname: 'gw' } })
  })

  it('turns the pager off without changing configuration', () => {
    for (const line of grammar.pager.off) expect(() => readOnlyLine(line)).not.toThrow()
  })

  it('has a case folder for every line that tells something of tunnels, each with its source', () => {
    const slugs = new Set(cases.map(({ slug }) => slug))
    expect(linesOf(driver).telling.filter((line) => !slugs.has(slugOf(line)))).toEqual([])
    expect(cases.filter(({ source }) => source.trim() === '').map(({ name }) => name)).toEqual([])
  })

  it('asks again in a proof poll what it asked in the survey', () => {
    for (const { text } of captureCases(platform, slugOf(driver.identify))) {
      const software = driver.software(text)
      const asked = driver.probes(software).map(({ line }) => line)
      const again = driver.saProbes(software)
      // The system space of an ASA has no VPN: what has no SAs in its survey has none to poll.
      expect(again.length > 0).toBe(driver.probes(software).some(({ feeds }) => feeds === 'sas'))
      expect(again.filter(({ line }) => !asked.includes(line))).toEqual([])
      expect(again.every(({ feeds }) => feeds === 'sas' || feeds === 'endpoints')).toBe(true)
    }
  })

  it('writes what it wanted, and takes it back to what was there', () => {
    if (driver.access !== 'read-write') return
    let changes = 0
    for (const captures of surveys(driver)) {
      const read = driver.facts(captures, session)
      if (read.kind === 'err') continue
      for (const { target, before, wanted, findings } of driver.precheck(read.value, wishFor(read.value))
        .targets) {
        if (findings.some(({ severity }) => severity === 'block') || before === wanted) continue
        const line = driver.readBack(target)
        const text = captures.find((capture) => capture.line === line)?.text ?? ''
        const change = driver.change(read.value, target, wanted)
        const after = applied(text, change.lines)
        expect(driver.valueIn({ line, text: after }, target)).toEqual({ kind: 'ok', value: wanted })
        const back = applied(after, change.revert)
        expect(driver.valueIn({ line, text: back }, target)).toEqual({ kind: 'ok', value: before })
        changes++
      }
    }
    expect(changes).toBeGreaterThan(0)
  })

  it('knows each of its commands by name, as one', () => {
    for (const { command } of driver.parsers) {
      const known = driver.parsers.filter(({ pattern }) => pattern.test(command))
      expect(known.map((parser) => parser.command)).toEqual([command])
    }
  })

  it('survives output that was cut off anywhere, and output of other commands and platforms', () => {
    const text = fc.constantFrom(...everyText)
    fc.assert(
      fc.property(text, fc.nat(), (whole, at) => {
        const cut = whole.slice(0, at % (whole.length + 1))
        for (const parser of driver.parsers) {
          expect(['facts', 'unrecognised']).toContain(parser.parse(cut, { localAddresses: [] }).kind)
        }
        const captures = linesOf(driver).all.map((line) => ({ line, text: cut }))
        expect(['ok', 'err']).toContain(driver.facts(captures, session).kind)
        expect(['ok', 'err']).toContain(driver.reading(captures, []).kind)
        driver.gate(driver.software(cut))
      }),
    )
  })

  it('concludes nothing from a survey without answers', () => {
    const refused = linesOf(driver).all.map((line) => ({ line, text: '', refusal: '% Invalid input' }))
    expect(driver.reading(refused, []).kind).toBe('err')
    expect(driver.facts([], session).kind).toBe('err')
  })
})
