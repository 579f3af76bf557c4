import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { type Comment, parseSync, type Statement, Visitor } from 'oxc-parser'

/** One declaration of the `.d.ts` files of the library. */
export interface Declaration {
  readonly file: string
  readonly name: string
  /** What stands right above it. */
  readonly doc?: string
  /** Types that it is made of, by their names in this file. */
  readonly uses: readonly string[]
}

interface DeclarationFile {
  readonly declared: ReadonlyMap<string, Declaration>
  /** Names that come from another file, with the file and their name there. */
  readonly imported: ReadonlyMap<string, Place>
  /** Names that it gives, with the file in which each may be declared, and its name there. */
  readonly exported: ReadonlyMap<string, Place>
  /** Files all of whose names it gives. */
  readonly whole: readonly string[]
}

interface Place {
  readonly file: string
  readonly name: string
}

/** The `.d.ts` files below a folder, and what their `index.d.ts` gives. */
export class Declarations {
  readonly #folder: string
  readonly #files = new Map<string, DeclarationFile>()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** What the door gives, by the name that it has there. */
  get public(): ReadonlyMap<string, Declaration> {
    return this.#given('index.d.ts')
  }

  /** The declarations behind the types that one is made of; what is built in is left out. */
  usedBy({ file, uses }: Declaration): readonly Declaration[] {
    const { declared, imported } = this.#file(file)
    return uses.flatMap((name) => {
      const own = declared.get(name)
      if (own !== undefined) return [own]
      const place = imported.get(name)
      return place === undefined ? [] : [this.#at(place)]
    })
  }

  #given(file: string): ReadonlyMap<string, Declaration> {
    const { declared, exported, whole } = this.#file(file)
    const names = new Map<string, Declaration>()
    for (const other of whole) for (const [name, one] of this.#given(other)) names.set(name, one)
    for (const [name, place] of exported) {
      const own = place.file === file ? declared.get(place.name) : undefined
      names.set(name, own ?? this.#at(place))
    }
    return names
  }

  #at({ file, name }: Place): Declaration {
    const found = this.#given(file).get(name)
    if (found === undefined) throw new Error(`${file} has no ${name}`)
    return found
  }

  #file(file: string): DeclarationFile {
    const known = this.#files.get(file)
    if (known !== undefined) return known
    const read = this.#read(file)
    this.#files.set(file, read)
    return read
  }

  #read(file: string): DeclarationFile {
    const text = readFileSync(join(this.#folder, file), 'utf8')
    const { program, module, comments } = parseSync(file, text)
    const imported = new Map<string, Place>()
    const exported = new Map<string, Place>()
    const whole: string[] = []
    const at = (specifier: string): string =>
      relative(this.#folder, join(this.#folder, dirname(file), specifier)).replace(/\.js$/, '.d.ts')
    for (const { moduleRequest, entries } of module.staticImports)
      for (const { importName, localName } of entries)
        imported.set(localName.value, { file: at(moduleRequest.value), name: importName.name ?? '' })
    for (const { entries } of module.staticExports)
      for (const { moduleRequest, importName, exportName, localName } of entries) {
        const other = moduleRequest === null ? file : at(moduleRequest.value)
        if (exportName.name === null) whole.push(other)
        else exported.set(exportName.name, { file: other, name: importName.name ?? localName.name ?? '' })
      }
    const declared = new Map<string, Declaration>()
    for (const statement of program.body) {
      const one = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
      const name = one === null ? undefined : nameOf(one)
      if (name === undefined) continue
      const doc = docAbove(text, comments, statement.start)
      const uses = usesIn(text.slice(statement.start, statement.end))
      declared.set(name, { file, name, uses, ...(doc === undefined ? {} : { doc }) })
    }
    return { declared, imported, exported, whole }
  }
}

function nameOf(statement: Statement): string | undefined {
  switch (statement.type) {
    case 'TSDeclareFunction':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return statement.id?.name
    case 'VariableDeclaration': {
      const [first] = statement.declarations
      return first?.id.type === 'Identifier' ? first.id.name : undefined
    }
    default:
      return undefined
  }
}

function docAbove(text: string, comments: readonly Comment[], start: number): string | undefined {
  const last = comments.findLast(({ end }) => end <= start)
  const isDoc = last?.type === 'Block' && last.value.startsWith('*')
  return isDoc && text.slice(last.end, start).trim() === '' ? last.value.slice(1).trim() : undefined
}

function usesIn(declaration: string): readonly string[] {
  const names = new Set<string>()
  new Visitor({
    TSTypeReference: ({ typeName }) => {
      if (typeName.type === 'Identifier') names.add(typeName.name)
    },
    TSInterfaceHeritage: ({ expression }) => {
      if (expression.type === 'Identifier') names.add(expression.name)
    },
  }).visit(parseSync('one.d.ts', declaration).program)
  return [...names]
}
