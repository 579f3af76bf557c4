/** Journals that are read at once: each holds a piece of itself in memory, and most of the time is the disk's. */
export const readAtOnce = 8

/** Asks something of every item, of a few at a time, and keeps their order. */
export async function severalAtOnce<Item, Answer>(
  items: readonly Item[],
  ask: (item: Item, index: number) => Promise<Answer>,
): Promise<readonly Answer[]> {
  const answers: Answer[] = []
  for (let from = 0; from < items.length; from += readAtOnce) {
    const some = items.slice(from, from + readAtOnce)
    answers.push(...(await Promise.all(some.map((item, index) => ask(item, from + index)))))
  }
  return answers
}
