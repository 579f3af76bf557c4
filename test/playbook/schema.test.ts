import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { expandSchema, propertiesOf } from '../../src/document/schema.ts'
import inventorySchema from '../../src/inventory/inventory.schema.json' with { type: 'json' }
import { isRecord } from '../../src/kernel/is-record.ts'
import { parsePlaybook } from '../../src/playbook/load.ts'
import schema from '../../src/playbook/playbook.schema.json' with { type: 'json' }

const text = (extra: string): string =>
  `version: 1\nname: x\nasas:\n  - { hosts: a, cryptoMaps: [{ map: m, entries: static }] }\n${extra}\n`

/** The keys and values of the format whose behaviour is not built, one text each, and where it is told. */
const notBuilt: readonly (readonly [what: string, text: string, place: string])[] = [
  ['rollout.canary', text('rollout: { canary: 1 }'), '5:12'],
  ['rollout.canary', text('rollout: { canary: [hub1] }'), '5:12'],
  ['rollout.canaryNeeds', text('rollout: { canaryNeeds: alive }'), '5:12'],
  ['rollout.wave', text('rollout: { wave: 25% }'), '5:18'],
  ['rollout.wave', text('rollout: { wave: 3 }'), '5:18'],
  [
    'rollout.stopAfter',
    text('rollout: { stopAfter: { failed: 1, unreachable: 10%, authentication: 2 } }'),
    '5:12',
  ],
  ['rollout.apart', text('rollout: { apart: [ha-pair] }'), '5:12'],
  ['proof.require', text('proof: { require: true }'), '5:19'],
  ['window', text('window: { from: "22:00", to: "04:00", timezone: Asia/Tokyo }'), '5:1'],
]

describe('what is not built yet', () => {
  it.each(notBuilt)('is refused where it stands: %s in %j', (_, content, place) => {
    const loaded = parsePlaybook('x.yml', content, { today: '2026-11-24' })
    const told =
      loaded.kind === 'err' ? loaded.error.map(({ at, code }) => `${at?.line}:${at?.col} ${code}`) : []
    expect(told).toEqual([`${place} NOT_YET_SUPPORTED`])
  })

  it('is marked in the schema if and only if it is tried here', () => {
    const marked = propertiesOf(expandSchema(schema))
      .filter((property) => property.schema['x-ikero-not-yet'] !== undefined)
      .map((property) => (property.place === '' ? property.key : `${property.place}.${property.key}`))
    expect([...marked].sort()).toEqual([...new Set(notBuilt.map(([what]) => what))].sort())
  })

  it('says so in its description, for editors', () => {
    for (const property of [
      ...propertiesOf(expandSchema(schema)),
      ...propertiesOf(expandSchema(inventorySchema)),
    ]) {
      if (property.schema['x-ikero-not-yet'] === undefined) continue
      expect(String(property.schema.description), property.key).toMatch(
        /not supported yet|is supported so far/i,
      )
    }
  })
})

describe('both schemas', () => {
  it.each([schema, inventorySchema])('are draft-07: $title', (one) => {
    const ajv = new Ajv({ strict: false })
    expect(ajv.validateSchema(one), ajv.errorsText()).toBe(true)
  })

  it('state the defaults that the loader fills in', () => {
    const defaults = Object.fromEntries(
      propertiesOf(expandSchema(schema)).flatMap(({ key, schema: one }) =>
        'default' in one ? [[key, one.default]] : [],
      ),
    )
    expect(defaults).toEqual({
      state: 'responder-only',
      onBlocked: 'device',
      concurrency: 50,
      wave: '100%',
      within: '5m',
      lostAfter: '90s',
      renegotiate: 'never',
      require: false,
      save: 'if-clean',
      revertTimer: 'off',
      readPeers: true,
    })
  })

  it('refuse unknown keys in every map of theirs that has keys of its own', () => {
    for (const property of [
      ...propertiesOf(expandSchema(schema)),
      ...propertiesOf(expandSchema(inventorySchema)),
    ]) {
      const one = property.schema
      if (!isRecord(one.properties) || one['x-ikero-not-yet'] !== undefined) continue
      expect(one.additionalProperties, property.key).toBe(false)
    }
  })
})
