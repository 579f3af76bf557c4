/** `a, b, c and 17 more`: at most `limit` names of a list that may be long. */
export function someOf(names: readonly string[], limit: number): string {
  if (names.length <= limit) return names.join(', ')
  return `${names.slice(0, limit).join(', ')} and ${names.length - limit} more`
}
