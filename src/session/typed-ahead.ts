/** How many characters are typed ahead at most: a vty's input buffer is small (its size: UNVERIFIED). */
const mostTypedAhead = 512

/** Lines in order, in batches that fit a terminal's input buffer. */
export function typedAhead<Line extends string>(lines: readonly Line[]): readonly (readonly Line[])[] {
  const batches: Line[][] = []
  let room = 0
  for (const line of lines) {
    const last = batches.at(-1)
    if (last === undefined || line.length + 1 > room) {
      batches.push([line])
      room = mostTypedAhead - line.length - 1
    } else {
      last.push(line)
      room -= line.length + 1
    }
  }
  return batches
}
