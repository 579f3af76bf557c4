/**
 * Whether a pattern fits a whole text: `*` stands for any characters, `?` for one; letters' case counts.
 * Goes back to the last `*` only, so that a hostile pattern costs no more than its length times the text's.
 */
export function wildcardMatches(pattern: string, text: string): boolean {
  let [at, position, star, resume] = [0, 0, -1, 0]
  while (position < text.length) {
    const mark = pattern[at]
    if (mark === '*') {
      star = at
      resume = position
      at += 1
    } else if (mark === '?' || mark === text[position]) {
      at += 1
      position += 1
    } else if (star !== -1) {
      resume += 1
      position = resume
      at = star + 1
    } else return false
  }
  return /^\**$/.test(pattern.slice(at))
}
