/** What a device or a user may normally cause is a value, not an exception: convention of every room. */
export type Ok<T> = { readonly kind: 'ok'; readonly value: T }
export type Err<E> = { readonly kind: 'err'; readonly error: E }
export type Result<T, E> = Ok<T> | Err<E>

export function ok<T>(value: T): Ok<T> {
  return { kind: 'ok', value }
}

export function err<E>(error: E): Err<E> {
  return { kind: 'err', error }
}
