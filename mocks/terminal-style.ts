import type { PlatformId } from '../src/model/ids.ts'
import type { TerminalOptions } from './terminal.ts'

/** How a platform's terminal behaves where its devices differ; byte sequences as terminal logs show them. */
export const terminalStyles: Readonly<Record<PlatformId, TerminalOptions>> = {
  ios: { erase: 'backspaces' },
  asa: { erase: 'carriage-return' },
}
