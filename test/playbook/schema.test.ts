import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { expandSchema, propertiesOf } from '../../src/document/schema.ts'
import inventorySchema from '../../src/inventory/inventory.schema.json' with { type: 'json' }
import { isRecord } from '../../src/kernel/is-record.ts'
import schema from '../../src/playbook/playbook.schema.json' with { type: 'json' }

describe('what is not built yet', () => {
  it('is nothing in a playbook', () => {
    const marked = propertiesOf(expandSchema(schema)).filter(
      (property) => property.schema['x-ikero-not-yet'] !== undefined,
    )
    expect(marked.map(({ key }) => key)).toEqual([])
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
    const defaults = propertiesOf(expandSchema(schema)).flatMap(({ key, schema: one }) =>
      'default' in one ? [`${key}: ${String(one.default)}`] : [],
    )
    expect(defaults.toSorted()).toEqual(
      [
        ...['state: responder-only', 'onBlocked: device', 'concurrency: 50', 'canary: 1'],
        ...['canaryNeeds: alive', 'wave: 100%', 'failed: 1', 'unreachable: 10%', 'authentication: 2'],
        ...['within: 5m', 'lostAfter: 90s', 'renegotiate: never', 'require: false', 'save: if-clean'],
        ...['revertTimer: off', 'readPeers: true', 'maxDevices: 3', 'times: 3', 'within: 7d'],
      ].toSorted(),
    )
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
