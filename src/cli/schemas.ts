import inventory from '../inventory/inventory.schema.json' with { type: 'json' }
import baseline from '../playbook/baseline.schema.json' with { type: 'json' }
import playbook from '../playbook/playbook.schema.json' with { type: 'json' }
import doctor from '../report/doctor.schema.json' with { type: 'json' }
import events from '../report/events.schema.json' with { type: 'json' }
import explain from '../report/explain.schema.json' with { type: 'json' }
import { jsonText } from '../report/json.ts'
import notice from '../report/notice.schema.json' with { type: 'json' }
import privileges from '../report/privileges.schema.json' with { type: 'json' }
import problems from '../report/problems.schema.json' with { type: 'json' }
import result from '../report/result.schema.json' with { type: 'json' }
import rollbackPrint from '../report/rollback-print.schema.json' with { type: 'json' }
import runs from '../report/runs.schema.json' with { type: 'json' }
import show from '../report/show.schema.json' with { type: 'json' }
import trust from '../report/trust.schema.json' with { type: 'json' }
import unlock from '../report/unlock.schema.json' with { type: 'json' }
import schedules from '../serve/schedules.schema.json' with { type: 'json' }
import status from '../serve/status.schema.json' with { type: 'json' }
import planFile from '../wire/plan-file.schema.json' with { type: 'json' }
import type { SchemaName } from './schema-names.ts'

/** One JSON Schema that the package has. */
export interface SchemaRow {
  readonly name: SchemaName
  readonly summary: string
  readonly schema: object
}

/** All of them: the files that people write or hand on, then what programs read. */
export const schemas: readonly SchemaRow[] = [
  { name: 'playbook', summary: 'a playbook', schema: playbook },
  { name: 'inventory', summary: 'an inventory', schema: inventory },
  { name: 'baseline', summary: 'a baseline: what drift expects of devices', schema: baseline },
  { name: 'schedules', summary: 'a schedules file: what serve looks after', schema: schedules },
  { name: 'plan-file', summary: 'a plan file: what plan -o saves and apply takes', schema: planFile },
  {
    name: 'result',
    summary: '--json of plan, apply, verify, drift, resume and rollback: the result of a run',
    schema: result,
  },
  { name: 'events', summary: 'one line of --events', schema: events },
  {
    name: 'problems',
    summary: '--json of validate, and of every command that was refused (exit code 64)',
    schema: problems,
  },
  { name: 'runs', summary: '--json of runs', schema: runs },
  { name: 'show', summary: '--json of show', schema: show },
  { name: 'rollback-print', summary: '--json of rollback --print', schema: rollbackPrint },
  { name: 'unlock', summary: '--json of unlock', schema: unlock },
  { name: 'trust', summary: '--json of trust', schema: trust },
  { name: 'doctor', summary: '--json of doctor', schema: doctor },
  { name: 'privileges', summary: '--json of doctor --privileges', schema: privileges },
  { name: 'explain', summary: '--json of explain', schema: explain },
  { name: 'notice', summary: 'what serve posts to a webhook', schema: notice },
  { name: 'status', summary: '/status.json of serve', schema: status },
]

/** A schema as a file of its own has it. */
export function schemaText(name: SchemaName): string {
  return jsonText(schemas.find((one) => one.name === name)?.schema)
}
