import type { Diagnostic } from '../kernel/diagnostics.ts'

/** Flags as commander hands them over, read with their types checked. */
export class Flags {
  readonly #values: Readonly<Record<string, unknown>>

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  list(name: string): readonly string[] {
    const value = this.#values[name]
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
  }

  on(name: string): boolean {
    return this.#values[name] === true
  }

  /** False only when `--no-color` was given. */
  get color(): boolean | undefined {
    return this.#values.color === false ? false : undefined
  }

  /** A whole number in a range, or what is wrong with it. */
  count(
    name: string,
    flag: string,
    least: number,
    most: number,
  ): { readonly value?: number; readonly problem?: Diagnostic } {
    const text = this.text(name)
    if (text === undefined) return {}
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return { value }
    return { problem: usage(`${flag} takes a whole number from ${least} to ${most}, not '${text}'`) }
  }
}

export function usage(message: string, hint?: string | undefined): Diagnostic {
  return { code: 'USAGE', severity: 'error', message, ...(hint === undefined ? {} : { hint }) }
}
