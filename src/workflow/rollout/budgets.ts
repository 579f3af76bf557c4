import type { Amount } from '../../model/rollout.ts'

/**
 * How many of `total` use a budget up: the smallest number that reaches the share, and at least one. `10%` of 15
 * is 2, because 1 of 15 is less than a tenth; `0%` and a share of nothing are 1: the first one stops.
 */
export function stopsAt(budget: Amount, total: number): number {
  if (budget.kind === 'count') return Math.max(1, budget.count)
  return Math.max(1, Math.ceil((total * budget.percent) / 100))
}

/** `1`, `10% (2 of 15)`: a budget as it was written, with what it comes to. */
export function budgetText(budget: Amount, total: number): string {
  if (budget.kind === 'count') return String(budget.count)
  return `${budget.percent}% (${stopsAt(budget, total)} of ${total})`
}

/** Hosts that went wrong, each counted once however often it is told. */
export class Budget {
  readonly #budget: Amount
  readonly #total: number
  readonly #hosts = new Set<string>()

  /** @param total what a share is of */
  constructor(budget: Amount, total: number) {
    this.#budget = budget
    this.#total = total
  }

  get hosts(): readonly string[] {
    return [...this.#hosts]
  }

  get usedUp(): boolean {
    return this.#hosts.size >= stopsAt(this.#budget, this.#total)
  }

  get text(): string {
    return budgetText(this.#budget, this.#total)
  }

  count(host: string): void {
    this.#hosts.add(host)
  }
}
