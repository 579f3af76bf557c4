/** What is answered to one request; the body of HEAD is left out on the wire. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  /** Content-Security-Policy; absent: nothing at all works. */
  readonly policy?: string
  readonly headers?: Readonly<Record<string, string>>
}

export const htmlType = 'text/html; charset=utf-8'
export const jsonType = 'application/json; charset=utf-8'

/** One line of text. */
export function plain(status: number, text: string, headers?: Readonly<Record<string, string>>): Answer {
  const type = 'text/plain; charset=utf-8'
  return { status, type, body: `${text}\n`, ...(headers === undefined ? {} : { headers }) }
}

/** Goes on with GET, elsewhere here. */
export function seeOther(location: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return plain(303, `see ${location}`, { ...headers, Location: location })
}

/** Of every answer. Pages show how a network is guarded: nobody keeps, frames or guesses at them. */
export function headersOf({ type, policy, headers, body }: Answer): Readonly<Record<string, string>> {
  return {
    'Content-Type': type,
    'Content-Length': String(Buffer.byteLength(body)),
    'Content-Security-Policy': policy ?? "default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
    ...headers,
  }
}
