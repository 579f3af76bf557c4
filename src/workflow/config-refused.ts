import type { DeviceError } from '../model/outcome.ts'

/** Whether a refusal is that of an AAA server: IOS and ASA say it in the same words. */
export function isUnauthorised(said: string): boolean {
  return /authori[sz]ation failed/i.test(said)
}

/** Configuration mode was not entered, and nothing was sent: the account may not, or somebody holds the lock. */
export function configRefused(line: string, said: string, again: string): DeviceError {
  const denied = isUnauthorised(said)
  return {
    code: denied ? 'PRIVILEGE_INSUFFICIENT' : 'CONFIG_LOCKED',
    message: 'configuration mode was refused; nothing was sent',
    line,
    reply: said,
    next: denied
      ? `allow '${line}' for the account (command authorization; ikero doctor PLAYBOOK --privileges prints every line that it needs), then ${again}`
      : `wait until the other session has left configuration mode, then ${again}`,
  }
}
