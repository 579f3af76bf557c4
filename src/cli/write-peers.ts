import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { writePeersBlock } from '../inventory/peers-block.ts'
import type { Diagnostic } from '../kernel/diagnostics.ts'
import { messageOf } from '../kernel/errors.ts'
import { printable } from '../kernel/printable.ts'
import type { UndeclaredPeer } from '../model/undeclared-peer.ts'
import { usage } from './flags.ts'
import type { CliIo } from './io.ts'

/** An existing file is never written over: said before a device is contacted. */
export function writePeersProblem(file: string | undefined, io: CliIo): readonly Diagnostic[] {
  if (file === undefined || !existsSync(resolve(io.cwd, file))) return []
  return [usage(`--write-peers: ${printable(file)} exists already`, 'give a file that does not exist yet')]
}

/** Writes the undeclared peers of a run as an inventory block to fill in; false when it could not. */
export function writePeers(file: string, peers: readonly UndeclaredPeer[], io: CliIo): boolean {
  try {
    writeFileSync(resolve(io.cwd, file), writePeersBlock(peers), { flag: 'wx' })
  } catch (thrown) {
    io.stderr.write(`error: cannot write ${printable(file)}: ${printable(messageOf(thrown))}\n`)
    return false
  }
  io.stderr.write(
    `${peers.length} undeclared ${peers.length === 1 ? 'peer' : 'peers'} written to ${printable(file)}\n`,
  )
  return true
}
