import type { BuiltDevice } from '../../../mocks/build.ts'
import type { SimulatedSession } from '../../../mocks/types.ts'
import { type AskedTarget, asked, neverApplied } from './fleet.ts'

// How the devices really stand: read off their own configurations, with nothing of ikero's.

export type Kind = 'drifted' | 'unsaved' | 'never-applied'

/** What is wrong with one target; nothing is said of those that are as asked. */
export interface Wrong {
  readonly host: string
  readonly target: string
  readonly kind: Kind
}

export interface Truth {
  readonly away: readonly string[]
  /** Of the devices that can be reached. */
  readonly wrong: readonly Wrong[]
}

/** A login at `#`, in a context where one is named. */
export function loggedIn({ device }: BuiltDevice, context?: string): SimulatedSession {
  const session = device.open()
  session.enter('enable')
  session.enter('lab')
  if (context !== undefined) session.enter(`changeto context ${context}`)
  return session
}

/** Whether a configuration, as the device prints it, has a target as it is asked for. */
function answersOnly(text: string, { profile, seq }: AskedTarget): boolean {
  if (profile === undefined)
    return new RegExp(`^crypto map outside_map ${seq} set connection-type answer-only$`, 'm').test(text)
  const block = new RegExp(`^crypto ipsec profile ${profile}\\n((?: .*\\n)*)`, 'm').exec(text)?.[1] ?? ''
  return /^ responder-only$/m.test(block)
}

function kindOf(one: AskedTarget, running: string, startup: string): Kind | undefined {
  if (!answersOnly(running, one)) return one.host === neverApplied ? 'never-applied' : 'drifted'
  return answersOnly(startup, one) ? undefined : 'unsaved'
}

export function truthOf(devices: readonly BuiltDevice[]): Truth {
  const away = devices.filter(({ device }) => device.cutOff?.() !== undefined).map(({ name }) => name)
  const wrong = asked.flatMap((one): readonly Wrong[] => {
    const built = devices.find(({ name }) => name === one.host)
    if (built === undefined || away.includes(one.host)) return []
    const session = loggedIn(built, one.context)
    const running = session.enter('show running-config').output
    const kind = kindOf(one, running, session.enter('show startup-config').output)
    return kind === undefined ? [] : [{ host: one.host, target: one.target, kind }]
  })
  return { away, wrong }
}
