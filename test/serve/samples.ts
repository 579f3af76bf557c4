/** One sample of a text in Prometheus' exposition format. */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s
const labelPair = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\.)*)"(?:,|$)/gs

/**
 * Reads a text by the grammar of the format; throws where it is not of it. A sample with a timestamp, which the textfile
 * collector refuses, is not.
 */
export function samplesOf(text: string): readonly Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', inner = '', value = ''] = sampleLine.exec(line) ?? []
      const pairs = [...inner.matchAll(labelPair)]
      const read = pairs.map(([pair]) => pair).join('')
      if (name === '' || read !== inner || Number.isNaN(Number(value))) throw new Error(`no sample: ${line}`)
      const labels = pairs.map(([, key = '', raw = '']) => [key, unescaped(raw)])
      return { name, labels: Object.fromEntries(labels), value: Number(value) }
    })
}

function unescaped(raw: string): string {
  return raw.replace(/\\(.)/gs, (_, character: string) => (character === 'n' ? '\n' : character))
}

/** Values of one metric by the values of its labels, joined with a slash in the order that they are written in. */
export function valuesOf(text: string, name: string): Readonly<Record<string, number>> {
  const own = samplesOf(text).filter((sample) => sample.name === name)
  return Object.fromEntries(own.map(({ labels, value }) => [Object.values(labels).join('/'), value]))
}

/** Name → labels, over all samples; a histogram under its own name. */
export function labelsByName(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const { name, labels } of samplesOf(text)) {
    const all = found.get(name) ?? new Set()
    for (const label of Object.keys(labels)) all.add(label)
    found.set(name, all)
  }
  return found
}
