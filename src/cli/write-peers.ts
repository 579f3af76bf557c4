import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { writePeersBlock } from '../inventory/peers-block.ts'
import { IkeroError, messageOf } from '../kernel/errors.ts'
import type { UndeclaredPeer } from '../model/undeclared-peer.ts'
import type { CliIo } from './io.ts'

/** Writes the undeclared peers of a run as an inventory block to fill in; never over an existing file. */
export function writePeers(file: string, peers: readonly UndeclaredPeer[], io: CliIo): void {
  try {
    writeFileSync(resolve(io.cwd, file), writePeersBlock(peers), { flag: 'wx' })
  } catch (thrown) {
    throw new IkeroError('WRITE_PEERS_FAILED', 'user', `cannot write ${file}: ${messageOf(thrown)}`, {
      next: 'give a file that does not exist yet, in a folder that can be written',
    })
  }
  io.stderr.write(`${peers.length} undeclared ${peers.length === 1 ? 'peer' : 'peers'} written to ${file}\n`)
}
