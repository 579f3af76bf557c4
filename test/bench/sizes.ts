/** Sizes of a configuration, in megabytes. */
export const sizes: readonly number[] = [1, 5, 20]

/** A configuration of some megabytes, made of as many sites as it takes. */
export function grown(head: string, siteOf: (n: number) => string, tail: string, megabytes: number): string {
  const parts = [head]
  let length = 0
  for (let n = 0; length < megabytes * 1_000_000; n += 1) {
    const site = siteOf(n)
    parts.push(site)
    length += site.length
  }
  return [...parts, tail].join('')
}

/** The large ones take seconds: three rounds after one to warm up. */
export const thrice: {
  readonly iterations: number
  readonly time: number
  readonly warmupIterations: number
  readonly warmupTime: number
} = {
  iterations: 3,
  time: 0,
  warmupIterations: 1,
  warmupTime: 0,
}
