import type { RunCommand } from './commands.ts'
import { isSchemaName, schemaText } from './schemas.ts'

/** `schema NAME`: contacts nothing, reads no file. The command table has refused every other name. */
export const runSchema: RunCommand = async ([name = ''], _values, io) => {
  if (isSchemaName(name)) io.stdout.write(schemaText(name))
  return 0
}
