import { describe, expect, it } from 'vitest'
import { type Import, importsOf, sourcesBelow } from './sources.ts'

interface Room {
  /** Rooms it may import, besides `kernel`. `room!` allows types only; a path allows that file only. */
  readonly rooms: readonly string[]
  /** Packages (and `node:` modules) that it may name; nobody else may. */
  readonly packages: readonly string[]
}

const everyRoom = [
  'model',
  'grammar',
  'document',
  'playbook',
  'inventory',
  'secrets',
  'platform',
  'topology',
  'proof',
  'transport',
  'session',
  'workflow',
  'runs',
  'report',
  'serve',
  'wire',
]

/** The arrows of src/ARCHITECTURE.md. */
const table: Readonly<Record<string, Room>> = {
  kernel: { rooms: [], packages: ['node:events'] },
  model: { rooms: [], packages: [] },
  grammar: { rooms: ['model'], packages: [] },
  document: { rooms: ['model!'], packages: ['yaml', 'ajv', 'node:fs', 'node:path'] },
  playbook: { rooms: ['model', 'document'], packages: ['node:path'] },
  inventory: { rooms: ['model', 'document'], packages: ['node:path'] },
  secrets: { rooms: ['model'], packages: ['node:child_process', 'node:fs'] },
  platform: { rooms: ['model', 'grammar'], packages: [] },
  topology: { rooms: ['model', 'grammar'], packages: [] },
  proof: { rooms: ['model'], packages: [] },
  transport: { rooms: ['model'], packages: ['ssh2', 'node:net', 'node:stream', 'node:fs', 'node:crypto'] },
  session: { rooms: ['grammar', 'model', 'src/transport/link.ts!'], packages: [] },
  workflow: { rooms: ['model', 'platform', 'topology', 'proof'], packages: ['p-limit', 'node:crypto'] },
  runs: { rooms: ['model'], packages: ['node:fs', 'node:path', 'node:crypto'] },
  // node:crypto: the hash of a page's style stands in the page's own policy.
  report: { rooms: ['model'], packages: ['listr2', 'node:crypto'] },
  serve: {
    rooms: ['model', 'document', 'report'],
    packages: ['croner', 'pino', 'prom-client', 'node:http', 'node:crypto', 'node:path'],
  },
  // The version stands in package.json only.
  wire: {
    rooms: [...everyRoom, 'package.json'],
    packages: ['node:fs', 'node:path', 'node:url', 'node:os', 'node:crypto', 'node:child_process', 'p-limit'],
  },
  cli: { rooms: everyRoom, packages: ['commander', 'node:fs', 'node:path', 'node:readline'] },
  library: { rooms: ['model', 'wire'], packages: ['node:path'] },
  'index.ts': { rooms: ['library', 'wire!', 'model!', 'report'], packages: [] },
  'main.ts': { rooms: ['cli'], packages: [] },
  mocks: {
    rooms: [
      'grammar',
      'model',
      'document',
      'src/transport/link.ts!',
      /* prompts only */ 'src/platform/ios/grammar.ts',
      'src/platform/asa/grammar.ts',
    ],
    packages: ['ssh2', 'node:fs', 'node:path', 'node:crypto', 'node:net', 'node:worker_threads'],
  },
}

function roomOf(file: string): string {
  const parts = file.split('/')
  return parts[0] === 'src' ? (parts[1] ?? '') : (parts[0] ?? '')
}

function allowed(entry: Import, room: Room, own: string): boolean {
  if (entry.target === undefined)
    return room.packages.includes(entry.specifier.replace(/^(node:\w+)\/.*$/, '$1'))
  const target = roomOf(entry.target)
  if (target === own || target === 'kernel') return true
  if (own === 'cli' && target === 'mocks') return entry.dynamic || entry.typeOnly
  const names = [target, entry.target]
  return names.some(
    (name) => room.rooms.includes(name) || (entry.typeOnly && room.rooms.includes(`${name}!`)),
  )
}

const files = [...sourcesBelow('src'), ...sourcesBelow('mocks')]
const imports = files.flatMap(importsOf)

describe('imports', () => {
  it('every room stands in the table', () => {
    expect(files.map(roomOf).filter((room) => table[room] === undefined)).toEqual([])
  })

  it('run only along the arrows of the architecture', () => {
    const wrong = imports.filter((entry) => {
      const own = roomOf(entry.file)
      const room = table[own]
      return room === undefined || !allowed(entry, room, own)
    })
    expect(wrong.map((entry) => `${entry.file} → ${entry.target ?? entry.specifier}`)).toEqual([])
  })

  it('have no cycles at run time', () => {
    const graph = new Map<string, string[]>()
    for (const entry of imports) {
      if (entry.typeOnly || entry.dynamic || entry.target === undefined) continue
      graph.set(entry.file, [...(graph.get(entry.file) ?? []), entry.target])
    }
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '))
      if (done.has(file) || trail.includes(file)) return
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(cycles).toEqual([])
  })

  it('never reach into the tests', () => {
    expect(imports.filter((entry) => entry.target?.startsWith('test/')).map((entry) => entry.file)).toEqual(
      [],
    )
  })

  it('take ssh2 by its default only: named imports pass the compiler and fail in Node', () => {
    const named = imports.filter(
      (entry) =>
        entry.specifier === 'ssh2' && !entry.typeOnly && entry.names.some((name) => name !== 'Default'),
    )
    expect(named.map((entry) => entry.file)).toEqual([])
  })
})
