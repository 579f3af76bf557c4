import inventory from '../inventory/inventory.schema.json' with { type: 'json' }
import playbook from '../playbook/playbook.schema.json' with { type: 'json' }
import events from '../report/events.schema.json' with { type: 'json' }
import result from '../report/result.schema.json' with { type: 'json' }

/** What has a JSON Schema: the two files that people write, and the two formats that programs read. */
const schemas = { playbook, inventory, result, events }

export type SchemaName = 'playbook' | 'inventory' | 'result' | 'events'

export function isSchemaName(text: string): text is SchemaName {
  return Object.hasOwn(schemas, text)
}

/** A schema as a file of its own has it. */
export function schemaText(name: SchemaName): string {
  return `${JSON.stringify(schemas[name], undefined, 2)}\n`
}
