import { bench, describe } from 'vitest'
import { createProgress } from '../../src/report/progress.ts'
import { device } from '../report/builders.ts'

const hosts = Array.from({ length: 1000 }, (_, index) => `site-${index}`)

describe('progress of 1,000 devices, events only', () => {
  for (const kind of ['tty', 'plain'] as const) {
    bench(kind, async () => {
      let written = 0
      const progress = createProgress({
        kind,
        write: (text) => {
          written += text.length
        },
        size: () => ({ columns: 120, rows: 40 }),
        color: true,
        hosts,
        now: () => written,
      })
      for (const host of hosts) {
        progress.emit({ kind: 'step', host, step: 'connecting' })
        progress.emit({ kind: 'step', host, step: 'changing' })
        progress.emit({ kind: 'line-sent', host, target: 'VPN', line: 'responder-only', purpose: 'change' })
        progress.emit({ kind: 'coverage', host, text: '2 of 2 peers proven', proven: 2, peers: 2 })
        progress.emit({ kind: 'device-finished', outcome: device(host, 'verified') })
      }
      await progress.stop()
    })
  }
})
