/** What happens to TCP: `refuse` answers that nothing listens, `black-hole` answers nothing at all. */
export type TcpFault = 'refuse' | 'black-hole'

/**
 * Where the SSH server stops answering: `connect` before it said anything, `greeting` after it named itself,
 * `terminal` once it was asked for a terminal.
 */
export type Silence = 'connect' | 'greeting' | 'terminal'

/** How a line that is typed comes back once it is longer than `width`. */
export interface EchoFault {
  /** `wrap`: in rows; `backspaces`, `return`: the line is drawn again from its end, behind a `$`. */
  readonly style: 'wrap' | 'backspaces' | 'return'
  readonly width: number
}

/** What is wrong with the SSH server. */
export interface SshFaults {
  readonly silentAt?: Silence
  /** What it calls itself, behind `SSH-2.0-`. */
  readonly ident?: string
  /** The only algorithms that it offers. */
  readonly kex?: readonly string[]
  readonly ciphers?: readonly string[]
  readonly macs?: readonly string[]
  /** Its host key is another one than known_hosts has. */
  readonly hostKeyChanged: boolean
  /** The only ways to log in. */
  readonly methods?: readonly LoginMethod[]
  /** The prompts of keyboard-interactive, all in one round; the password is right for the first. */
  readonly asks?: readonly string[]
  /** The right password is answered with the demand for a new one. */
  readonly expired: boolean
  /** Refused logins until it hangs up; 3 when not given. */
  readonly attempts?: number
  /** So many logins get no terminal: every vty line is in use. */
  readonly full: number
}

export type LoginMethod = 'publickey' | 'password' | 'keyboard-interactive'

/** How bytes leave the device. */
export interface LinkFaults {
  /** In packets of so many bytes at most. */
  readonly chunk?: number
  /** So long after the packet before. */
  readonly everyMs?: number
}

/** What is wrong with the terminal, whatever is typed. */
export interface TerminalFaults {
  readonly echo?: EchoFault
  /** Lines of a page, although the pager was turned off. */
  readonly page?: number
}

/** A message of the device's own: in the middle of the prompt, behind it, in the echo, or in the output. */
export interface SyslogFault {
  readonly text: string
  readonly in: 'prompt' | 'behind' | 'echo' | 'output'
}

/** What goes wrong at a line that is typed; several effects may come together. */
export interface LineFault {
  /** Absent: from the login on. */
  readonly line?: RegExp
  /** So many matching lines pass before the first one that is met. */
  readonly skip?: number
  /** So many are met; all when not given. */
  readonly times?: number
  /** Printed in front of the output. */
  readonly prints?: string
  /** Printed instead of running the line. */
  readonly reply?: string
  /** Asked first: the line runs when the answer is yes. */
  readonly asks?: string
  /** So many lines of the output come, and no more. */
  readonly cut?: number
  /** So many bytes without a line end come in front of the output. */
  readonly flood?: number
  readonly syslog?: SyslogFault
  /** From then on the prompt reads otherwise, in every session. */
  readonly prompt?: { readonly from: RegExp; readonly to: string }
  /** The output comes so much later. */
  readonly waitsMs?: number
  /** Nothing is said or heard any more, and the connection stays: half open. */
  readonly silent?: boolean
  /** The connection ends, before the line took effect or after. */
  readonly ends?: { readonly when: 'before' | 'after'; readonly how: 'reset' | 'close' }
  /** The SSH session makes new keys in the middle of the output. */
  readonly rekeys?: boolean
}

/**
 * The way to the management of the device is lost while its running configuration has such a line: `all` ends
 * open sessions too, `new` only lets no other one come up.
 */
export interface CutOff {
  readonly while: RegExp
  readonly sessions: 'all' | 'new'
}

/** All that is wrong with a simulated device. */
export interface DeviceFaults {
  readonly cutOff?: CutOff
  readonly tcp?: TcpFault
  readonly ssh: SshFaults
  readonly link: LinkFaults
  readonly terminal: TerminalFaults
  readonly lines: readonly LineFault[]
}

/** A device with nothing wrong. */
export const noFaults: DeviceFaults = {
  ssh: { hostKeyChanged: false, expired: false, full: 0 },
  link: {},
  terminal: {},
  lines: [],
}
