import { type LineFault, noFaults, type SshFaults } from '../../mocks/faults/faults.ts'
import { runningFaults } from '../../mocks/faults/running.ts'
import type { SimulatedDevice, SimulatedSession } from '../../mocks/types.ts'

/** A small device for tests of terminals: `enable` asks for `s3cret`, `show N` prints N lines. */
export interface FakeDevice extends SimulatedDevice {
  readonly entered: string[]
  description: string
}

export interface FakeOptions {
  readonly platform?: 'ios' | 'asa'
  readonly banner?: string
  readonly pageLength?: number
  readonly pagerMark?: string
  readonly ssh?: Partial<SshFaults>
  readonly lines?: readonly LineFault[]
}

const reply = (output: string, close = false): { output: string; close: boolean } => ({ output, close })

class FakeSession implements SimulatedSession {
  readonly banner: string
  pageLength: number
  readonly pagerMark: string
  mode = 'user'
  readonly #device: FakeDevice

  constructor(device: FakeDevice, options: FakeOptions) {
    this.#device = device
    this.banner = options.banner ?? ''
    this.pageLength = options.pageLength ?? 0
    this.pagerMark = options.pagerMark ?? ' --More-- '
  }

  #question = ''

  get prompt(): string {
    if (this.mode === 'question') return this.#question
    const ends: Readonly<Record<string, string>> = { user: '>', privileged: '#', config: '(config)#' }
    return `${this.#device.name}${ends[this.mode] ?? '?'}`
  }

  get echo(): boolean {
    return !(this.mode === 'question' && this.#question.startsWith('Password'))
  }

  enter(line: string): { output: string; close: boolean } {
    this.#device.entered.push(line)
    if (this.mode === 'question') return this.#answer(line)
    const [word, argument = ''] = line.split(/ (.*)/)
    if (line === '') return reply('')
    if (word === 'enable') return this.#ask('Password: ')
    if (word === 'reload') return this.#ask('Proceed with reload? [confirm]')
    if (word === 'configure') return this.#to('config')
    if (word === 'end') return this.#to('privileged')
    if (word === 'exit') return reply('', true)
    if (word === 'terminal') {
      this.pageLength = Number(argument.split(' ')[1])
      return reply('')
    }
    if (word === 'description') {
      this.#device.description = argument
      return reply('')
    }
    if (line === 'show description') return reply(`${this.#device.description}\n`)
    if (word === 'show') {
      return reply(Array.from({ length: Number(argument) }, (_, index) => `line ${index + 1}\n`).join(''))
    }
    return reply("          ^\n% Invalid input detected at '^' marker.\n\n")
  }

  key(key: 'ctrl-z' | 'ctrl-c'): { output: string; close: boolean } {
    if (this.mode === 'question') return this.#to('user')
    return key === 'ctrl-z' && this.mode === 'config' ? this.#to('privileged') : reply('')
  }

  #ask(question: string): { output: string; close: boolean } {
    this.#question = question
    return this.#to('question')
  }

  #answer(line: string): { output: string; close: boolean } {
    if (!this.#question.startsWith('Password')) return this.#to('privileged')
    this.mode = line === 's3cret' ? 'privileged' : 'user'
    return reply(line === 's3cret' ? '' : '% Bad secrets\n\n')
  }

  #to(mode: string): { output: string; close: boolean } {
    this.mode = mode
    return reply('')
  }
}

export function fakeDevice(name = 'r1', options: FakeOptions = {}): FakeDevice {
  const device: FakeDevice = {
    name,
    platform: options.platform ?? 'ios',
    entered: [],
    description: '',
    faults: runningFaults({
      ...noFaults,
      ssh: { ...noFaults.ssh, ...options.ssh },
      lines: options.lines ?? [],
    }),
    open: () => new FakeSession(device, options),
  }
  return device
}
