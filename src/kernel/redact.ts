/** Replaces the values of known secrets where text leaves the program. */
export interface Redactor {
  /** Values shorter than 4 characters are not registered: they would blot out ordinary words. */
  register(secret: string): void
  redact(text: string): string
  /**
   * The same for every string inside a value that is about to be written as JSON: in lists and plain
   * objects, keys left as they are. Any other object (a Date, a Map) is handed on as it is.
   */
  redactDeep<T>(value: T): T
}

const mask = '*****'

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

export function createRedactor(): Redactor {
  const secrets: string[] = []
  const redact = (text: string): string => {
    let out = text
    for (const secret of secrets) if (out.includes(secret)) out = out.split(secret).join(mask)
    return out
  }
  const deep = (value: unknown): unknown => {
    if (typeof value === 'string') return redact(value)
    if (Array.isArray(value)) return value.map(deep)
    if (!isPlain(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, deep(inner)]))
  }
  return {
    register(secret) {
      if (secret.length < 4 || secrets.includes(secret)) return
      secrets.push(secret)
      // The longest first, so that a secret that contains another is masked whole.
      secrets.sort((a, b) => b.length - a.length)
    },
    redact,
    redactDeep: <T>(value: T): T => deep(value) as T,
  }
}
