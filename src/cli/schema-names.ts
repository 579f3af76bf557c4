/** Whose JSON Schema `ikero schema` prints; here alone, so that help and completion load no schema. */
export const schemaNames = [
  'playbook',
  'inventory',
  'baseline',
  'schedules',
  'plan-file',
  'result',
  'events',
  'problems',
  'runs',
  'show',
  'rollback-print',
  'unlock',
  'trust',
  'doctor',
  'privileges',
  'explain',
  'notice',
  'status',
] as const

export type SchemaName = (typeof schemaNames)[number]
