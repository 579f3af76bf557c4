/** From the most talkative to the quietest. */
export const logLevels: readonly ['debug', 'info', 'warn', 'error'] = ['debug', 'info', 'warn', 'error']
export type LogLevel = (typeof logLevels)[number]
