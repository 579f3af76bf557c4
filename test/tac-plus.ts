/** One rule of a command, in the order of the file. */
interface Rule {
  readonly permit: boolean
  readonly pattern: string
}

/** A group of tac_plus.conf: command → rules. */
export type Group = ReadonlyMap<string, readonly Rule[]>

/**
 * The groups of a tac_plus.conf, read by what tac_plus.conf(5) says and by nothing that wrote them. Throws at any
 * line that has no place there.
 */
export function readGroups(text: string): ReadonlyMap<string, Group> {
  const groups = new Map<string, Map<string, Rule[]>>()
  let group: Map<string, Rule[]> | undefined
  let rules: Rule[] | undefined
  for (const line of text.split('\n').map((one) => one.trim())) {
    const name = /^group = ([\w-]+) \{$/.exec(line)?.[1]
    const command = /^cmd = ([\w-]+) \{$/.exec(line)?.[1]
    const [, verb, pattern] = /^(permit|deny) "([^"]*)"$/.exec(line) ?? []
    if (line === '' || line.startsWith('#') || line === 'service = exec { priv-lvl = 15 }') continue
    if (name !== undefined && group === undefined && !groups.has(name)) {
      group = new Map()
      groups.set(name, group)
    } else if (command !== undefined && group !== undefined && rules === undefined && !group.has(command)) {
      rules = []
      group.set(command, rules)
    } else if (pattern !== undefined && rules !== undefined) {
      rules.push({ permit: verb === 'permit', pattern })
    } else if (line === '}' && group !== undefined) {
      if (rules === undefined) group = undefined
      rules = undefined
    } else throw new Error(`not a line of tac_plus.conf: ${line}`)
  }
  return groups
}

/** The rule that permits a line as a device asks for it; undefined where it is denied. */
export function permits(group: Group, line: string, last: '' | '<cr>'): string | undefined {
  const [command = '', ...words] = line.split(' ')
  const asked = [...words, ...(last === '' ? [] : [last])].join(' ')
  const rule = group.get(command)?.find(({ pattern }) => new RegExp(pattern).test(asked))
  return rule?.permit === true ? `${command} ${rule.pattern}` : undefined
}

/** The same as `authorization` of a simulated device, which is asked for whole lines. */
export function authorization(group: Group): string {
  const lines = (permit: boolean): readonly string[] =>
    [...group].flatMap(([command, rules]) =>
      rules
        .filter((rule) => rule.permit === permit && rule.pattern !== '.*')
        .map(({ pattern }) => `^${command} ?${pattern.replace(/^\^/, '')}`),
    )
  const deny = lines(false)
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
  return `authorization: { ${deny.length === 0 ? '' : `deny: ${quoted(deny.join('|'))}, `}permit: [${lines(true).map(quoted).join(', ')}] }`
}
