const limitWords =
  /session limit|too many|(?:max\w*|limit) .{0,30}(?:sessions?|connections?|users?)|(?:sessions?|connections?|users?|lines?) .{0,30}(?:exceeded|exhausted|in use|limit)|connection refused|resource shortage/i

/** Whether a device or a jump host says that all its lines are taken. */
export function saysSessionLimit(said: string): boolean {
  return limitWords.test(said)
}

/** What a person can do about SESSION_LIMIT. */
export const sessionLimitNext: string =
  'end sessions that nobody uses (`show users` on IOS, `show ssh sessions` on ASA), then try again'
