import { formatMoment } from '../kernel/moment.ts'
import { printable } from '../kernel/printable.ts'

/** A schedule and when it is due; ISO. */
export interface ScheduleTimes {
  readonly name: string
  readonly cron: string
  readonly timezone: string
  readonly playbook: string
  readonly mode: 'check' | 'remediate'
  readonly next: readonly string[]
}

/** What `serve --dry-run` prints: one schedule after another, each with the times at which it is due. */
export function renderTimes(schedules: readonly ScheduleTimes[]): string {
  const lines = schedules.flatMap(({ name, cron, timezone, playbook, mode, next }) => [
    `${name}  ${mode === 'check' ? 'checks' : 'remediates'} ${playbook}`,
    `  ${cron}  (${timezone})`,
    ...next.map((at, index) => `  ${index === 0 ? 'next' : 'then'}  ${formatMoment(Date.parse(at))}`),
  ])
  return `${lines.map(printable).join('\n')}\n`
}
