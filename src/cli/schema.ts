import type { RunCommand } from './command-row.ts'
import { schemaNames } from './schema-names.ts'
import { schemas, schemaText } from './schemas.ts'

/** `schema [NAME]`: contacts nothing, reads no file. The command table has refused every other name. */
export const runSchema: RunCommand = async ([name = ''], _values, io) => {
  const known = schemaNames.find((one) => one === name)
  io.stdout.write(known === undefined ? list() : schemaText(known))
  return 0
}

function list(): string {
  const width = Math.max(...schemas.map(({ name }) => name.length))
  return schemas.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join('')
}
