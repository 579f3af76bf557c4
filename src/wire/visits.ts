import type { Visit } from '../model/visit.ts'

/** How a command without a run lets itself be followed. */
export interface VisitOptions {
  /** Told the names before the first device is contacted. */
  readonly onHosts?: (hosts: readonly string[]) => void
  /** Told as each device is begun and done. */
  readonly onVisit?: (visit: Visit) => void
}
