/** One line in which running and startup differ. */
export interface ConfigDifference {
  /** Which of the two has the line; `order`: both have it, and it stands elsewhere among its neighbours. */
  readonly in: 'running' | 'startup' | 'order'
  /** The line behind those that it stands below, without indentation; what may be a secret is masked. */
  readonly path: readonly string[]
}

/** How running differs from startup by meaning: what a reload would undo, and what saving would keep. */
export type StartupState =
  | { readonly kind: 'compared'; readonly differences: readonly ConfigDifference[] }
  /** The device did not show it, or not in full. */
  | { readonly kind: 'not-told'; readonly reason: string }
