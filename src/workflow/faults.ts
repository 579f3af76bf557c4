import { IkeroError, messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import type { DeviceError } from '../model/outcome.ts'
import { SessionFault } from '../model/shell.ts'
import type { ParseFault } from '../platform/driver.ts'

/** Whatever broke a device's step, as a value: device, line sent, the device's reply, next step. */
export function errorOf(thrown: unknown): DeviceError {
  if (thrown instanceof SessionFault) {
    return {
      code: thrown.code,
      message: thrown.message,
      next: thrown.details.next ?? 'look at the device, then run the command again',
      ...(thrown.line === undefined ? {} : { line: thrown.line }),
      ...(thrown.reply === undefined ? {} : { reply: thrown.reply }),
    }
  }
  if (thrown instanceof IkeroError && thrown.code === 'JOURNAL_FAILED') {
    return {
      code: 'JOURNAL_FAILED',
      message: thrown.message,
      next: 'make room or give another --state-dir; nothing is sent to a device that cannot be recorded',
    }
  }
  if (thrown instanceof IkeroError && (thrown.code === 'DEVICE_LEASED' || thrown.code === 'LEASE_FAILED')) {
    return { code: thrown.code, message: thrown.message, next: thrown.details.next ?? 'see ikero unlock' }
  }
  if (thrown instanceof IkeroError && thrown.fault !== 'bug') {
    return {
      code: 'RUN_STORE_FAILED',
      message: thrown.message,
      next: thrown.details.next ?? 'look at the state directory',
    }
  }
  return {
    code: 'INTERNAL',
    message: `ikero itself failed: ${printable(messageOf(thrown))}`,
    next: 'please report this with the run folder; the journal there says what had been sent',
  }
}

/** Output that could not be read: nothing is concluded from it. */
export function parseError(fault: ParseFault): DeviceError {
  return {
    code: 'UNREADABLE_OUTPUT',
    message: fault.message,
    line: fault.line,
    reply: fault.excerpt,
    next: `log in and compare the output of '${fault.line}'; save it and try 'ikero parse' on it`,
  }
}
