/** Why a wait ended early. The first reason wins and is kept. */
export type AbortReason = 'deadline' | 'operator' | 'link-lost'

/** What every waiting function takes last: an outside signal and its own deadline. */
export interface WaitOptions {
  readonly signal?: AbortSignal
  readonly deadlineMs?: number
}
