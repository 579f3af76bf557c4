/** A JSON Schema (draft-07), or a part of one, as read from its file. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Where a value stands in a document: map keys and list positions from the root. */
export type Path = readonly (string | number)[]

/** `routers[0].profiles`, `peers["203.0.113.20"].type`: a path as people write it. */
export function pathLabel(path: Path): string {
  return path.reduce<string>((label, step) => {
    if (typeof step === 'number') return `${label}[${step}]`
    if (!/^[A-Za-z_][\w-]*$/.test(step)) return `${label}[${JSON.stringify(step)}]`
    return label === '' ? step : `${label}.${step}`
  }, '')
}

/** Whether a path is another one, or leads to something inside it. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.every((step, index) => path[index] === step)
}
