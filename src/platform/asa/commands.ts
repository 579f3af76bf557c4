import { type ReadOnlyLine, readOnlyLine } from '../../model/ids.ts'

/** The lines that ikero sends to an ASA to read it. */
export const lines: {
  readonly version: ReadOnlyLine
  readonly privilege: ReadOnlyLine
  readonly configuration: ReadOnlyLine
  readonly cryptoMaps: ReadOnlyLine
  readonly names: ReadOnlyLine
  readonly sessions: ReadOnlyLine
  readonly ikeSas: ReadOnlyLine
  readonly failover: ReadOnlyLine
  readonly failoverState: ReadOnlyLine
  readonly contexts: ReadOnlyLine
  readonly terminals: ReadOnlyLine
} = {
  version: readOnlyLine('show version'),
  privilege: readOnlyLine('show curpriv'),
  configuration: readOnlyLine('show running-config'),
  // Without `all` the default connection type is hidden (seen: ntc-templates, both forms of the command).
  cryptoMaps: readOnlyLine('show running-config all crypto map'),
  names: readOnlyLine('show running-config names'),
  sessions: readOnlyLine('show vpn-sessiondb detail l2l'),
  ikeSas: readOnlyLine('show crypto isakmp sa detail'),
  failover: readOnlyLine('show failover'),
  failoverState: readOnlyLine('show failover state'),
  contexts: readOnlyLine('show context'),
  terminals: readOnlyLine('show ssh sessions'),
}
