/** What a device printed for one line: without the echo in front and the prompt behind. */
export interface Capture {
  /** The line that was sent, exactly. */
  readonly line: string
  /** Lines joined by `\n`, pager marks and syslog noise taken out; otherwise as printed. */
  readonly text: string
  /** The device's own words when it refused the line (`% Invalid input …`, `ERROR: …`). */
  readonly refusal?: string
}

/** The capture of a line, by exact match; the last one where a line was sent twice. */
export function captureOf(captures: readonly Capture[], line: string): Capture | undefined {
  return captures.findLast((capture) => capture.line === line)
}
