// Who this broker is, where it listens and how much it takes from the network.
import { listeners, protocolMap } from '../listeners.ts'
import { custom, int, long, splitList, string } from '../property.ts'
import type { About, Property } from '../property.ts'
import { KiB, MiB, minute } from '../units.ts'

const alone = { noEffect: 'brokers do not speak to one another yet' }
const cluster = { dynamic: 'cluster' } as const

export const networkConfigs = {
  'node.id': int({
    default: 1,
    min: 0,
    doc: 'The id of this broker: unique in its cluster, the same over restarts. Clients see it.',
  }),
  'broker.id': int({
    default: -1,
    min: -1,
    doc: 'The older name of node.id, used where node.id is not set. -1: not set.',
  }),
  'broker.rack': string({
    default: null,
    doc: 'Where this broker stands (a rack, a zone), as clients are told.',
  }),
  listeners: listeners({
    default: [{ name: 'PLAINTEXT', host: 'localhost', port: 9092 }],
    doc: 'The addresses to listen on: NAME://host:port, with commas between. An empty host is every interface; port 0 is one that the system chooses. The default is this machine only, since a PLAINTEXT listener asks nobody who they are.',
  }),
  'advertised.listeners': listeners({
    default: null,
    doc: 'The addresses that clients are told to use, where they differ from listeners (a container, a proxy). A name of listeners each.',
  }),
  'listener.security.protocol.map': protocolMap({
    default: { SASL_SSL: 'SASL_SSL', PLAINTEXT: 'PLAINTEXT', SSL: 'SSL', SASL_PLAINTEXT: 'SASL_PLAINTEXT' },
    doc: 'Which security protocol the listener of each name speaks: NAME:PROTOCOL, with commas between.',
  }),
  'inter.broker.listener.name': string({
    default: null,
    ...alone,
    doc: 'The name of the listener that brokers use among themselves. Default: the one that speaks security.inter.broker.protocol.',
  }),
  'security.inter.broker.protocol': string({
    default: 'PLAINTEXT',
    of: ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'],
    ...alone,
    doc: 'The security protocol among brokers, where inter.broker.listener.name is not set.',
  }),
  'socket.request.max.bytes': int({
    default: 100 * MiB,
    min: 1,
    doc: 'The largest request. A connection that announces a larger one is closed before anything is allocated for it.',
  }),
  'connections.max.idle.ms': long({
    default: 10 * minute,
    doc: 'How long a connection may say nothing before it is closed. Negative: for ever.',
  }),
  'max.connections': int({
    default: 2147483647,
    min: 0,
    ...cluster,
    doc: 'How many connections this broker holds at once. Further ones are closed as they come.',
  }),
  'max.connections.per.ip': int({
    default: 2147483647,
    min: 0,
    ...cluster,
    doc: 'How many connections this broker holds at once from one address.',
  }),
  'max.connections.per.ip.overrides': perAddress({
    default: {},
    ...cluster,
    doc: 'How many connections single addresses may have in place of max.connections.per.ip: ADDRESS:COUNT, with commas between.',
  }),
  'max.connection.creation.rate': int({
    default: 2147483647,
    min: 1,
    ...cluster,
    doc: 'How many new connections this broker serves in a second. Those that come faster are served later.',
  }),
  'quota.window.num': int({
    default: 11,
    min: 1,
    doc: 'Over how many windows of time the rates are taken that quotas bound.',
  }),
  'quota.window.size.seconds': int({
    default: 1,
    min: 1,
    doc: 'How long each of these windows is, in seconds.',
  }),
  'queued.max.requests': int({
    default: 500,
    min: 1,
    doc: 'How many requests of one connection may be under way before its socket is paused.',
  }),
  'queued.max.request.bytes': long({
    default: -1,
    doc: 'How many bytes of Produce requests may be held at once, of all connections together, before sockets are paused. -1 leaves the bound to the broker.',
  }),
  'fetch.max.bytes': int({
    default: 55 * MiB,
    min: KiB,
    doc: 'The most that one Fetch brings back, whatever the client asks for. A single larger record batch is still sent.',
  }),
  'max.incremental.fetch.session.cache.slots': int({
    default: 1000,
    min: 0,
    doc: 'How many fetch sessions (KIP-227) are kept. With none left, a consumer lists all of its partitions in each Fetch.',
  }),
  'max.request.partition.size.limit': int({
    default: 2000,
    min: 1,
    doc: 'The most partitions that one answer to DescribeTopicPartitions lists.',
  }),
  'request.timeout.ms': int({
    default: 30_000,
    ...alone,
    doc: 'How long this broker waits for the answer of another.',
  }),
} satisfies Record<string, Property>

/** Counts by address. The last colon separates, since IPv6 addresses have some of their own. */
function perAddress(
  options: About & { readonly default: Readonly<Record<string, number>> },
): Property<Readonly<Record<string, number>>> {
  return custom<Readonly<Record<string, number>>>({
    ...options,
    type: 'STRING',
    accepts: 'a list of ADDRESS:COUNT',
    parse: (text) => {
      const counts: Record<string, number> = {}
      for (const pair of splitList(text)) {
        const [, address, count] = /^(.+):(\d{1,9})$/.exec(pair) ?? []
        if (address === undefined) return { refused: `"${pair}" is not ADDRESS:COUNT` }
        counts[address.trim()] = Number(count)
      }
      return counts
    },
    print: (value) =>
      Object.entries(value)
        .map(([address, count]) => `${address}:${count}`)
        .join(','),
  })
}
