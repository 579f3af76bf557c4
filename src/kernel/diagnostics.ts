/** Where in a file a mistake stands; line and column count from 1, as editors do. */
export interface SourcePosition {
  readonly file: string
  readonly line: number
  readonly col: number
  /** The whole source line, for the caret; absent when the file could not be read. */
  readonly excerpt?: string
  /** How many characters the caret underlines; 1 when not given. */
  readonly length?: number
}

/** One mistake in a file of the user's. All mistakes of all files are collected before anything is told. */
export interface Diagnostic {
  readonly code:
    | 'FILE_UNREADABLE'
    | 'YAML_SYNTAX'
    | 'UNKNOWN_KEY'
    | 'MISSING_KEY'
    | 'WRONG_TYPE'
    | 'INVALID_VALUE'
    | 'NOT_YET_SUPPORTED'
    | 'UNKNOWN_REFERENCE'
    | 'DUPLICATE'
    | 'EXPIRED'
    | 'USAGE'
    | 'LITERAL_SECRET'
    | 'SECRET_FILE_RIGHTS'
    | 'LEGACY_ALGORITHMS'
    | 'JUMP_HOST_DOWN'
    | 'SSH_CONFIG'
    | 'TRANSCRIPT_INCOMPLETE'
    | 'PLAN_FILE_REFUSED'
    | 'SIGNATURE_REFUSED'
    | 'NOT_PLANNED'
    | 'JOURNAL_DAMAGED'
    | 'CALLBACK_FAILED'
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly at?: SourcePosition
  /** "did you mean", or what to write instead. */
  readonly hint?: string
}

/** One error, with its place and with what to write instead where there is any. */
export function diagnostic(
  code: Diagnostic['code'],
  message: string,
  at?: SourcePosition,
  hint?: string,
): Diagnostic {
  return {
    code,
    severity: 'error',
    message,
    ...(at === undefined ? {} : { at }),
    ...(hint === undefined ? {} : { hint }),
  }
}

/** A mistake in one line of text, with its place where it has one: `schedules.yml:7:3 …`. */
export function lineOf({ at, message }: Pick<Diagnostic, 'at' | 'message'>): string {
  return at === undefined ? message : `${at.file}:${at.line}:${at.col} ${message}`
}
