import { testCoordination, testLogStore } from '@jackdaw/conformance'
import type { AppendFaultKind, CoordinationFactory, LogStoreFactory } from '@jackdaw/conformance'
import type { Coordination, LogStore } from '@jackdaw/ports'
import { describe, test } from 'vitest'
import { MemoryDisk, openMemoryCoordination, openMemoryStore, ScriptedFaults } from '../src/index.ts'
import type { AppendFault, MemoryCoordination, MemoryStoreOptions } from '../src/index.ts'
import { HandClock, seededRandom, settled } from './support.ts'

function factory(options: MemoryStoreOptions): LogStoreFactory {
  const disk = new MemoryDisk({ random: seededRandom(1) })
  const faultsOf = new WeakMap<LogStore, ScriptedFaults>()
  return {
    async open() {
      const faults = new ScriptedFaults()
      const store = openMemoryStore({ ...options, disk, faults })
      faultsOf.set(store, faults)
      return store
    },
    crash: async () => disk.crash(),
    vanish: async (log) => disk.vanish(log),
    corrupt: async (log, offset) => disk.rot(log, offset),
    faults: {
      kinds: ['REQUEST_LOST', 'REPLY_LOST', 'TORN', 'LATE'],
      async arm(store, kind) {
        const arrival = Promise.withResolvers<void>()
        faultsOf.get(store)!.nextAppend(faultOf(kind, arrival.promise))
        return {
          async arrive() {
            arrival.resolve()
            await settled()
          },
        }
      },
    },
  }
}

function faultOf(kind: AppendFaultKind, arrives: Promise<void>): AppendFault {
  if (kind === 'TORN') return { kind, entries: 1 }
  return kind === 'LATE' ? { kind, arrives } : { kind }
}

const skip = (name: string, reason: string) => test.skip(`${name} (${reason})`)

describe('alone in its process', () =>
  testLogStore({ ...factory({ supports: { largestEntry: 4 * 1024 * 1024 } }), test, skip }))

describe('shared by several, some way off, and durable', () =>
  testLogStore({
    ...factory({
      supports: { scope: 'shared', durability: 'D3', largestEntry: 4 * 1024 * 1024 },
      latencyMs: seededLatency(),
    }),
    scale: { histories: 10, races: 10 },
    test,
    skip,
  }))

/** Most calls take no time, some take a millisecond or two: so they overtake each other. */
function seededLatency(): () => number {
  const random = seededRandom(2)
  return () => (random.next() < 0.8 ? 0 : random.next() * 3)
}

function brokers(leaseMs: number | undefined): CoordinationFactory {
  const clock = new HandClock()
  const disk = new MemoryDisk({ clock, random: seededRandom(3) })
  const opened = new Map<Coordination, { broker: MemoryCoordination; faults: { unreachable: boolean } }>()
  return {
    async open() {
      const faults = {
        unreachable: false,
        call: () => (faults.unreachable ? ({ kind: 'REQUEST_LOST' } as const) : undefined),
      }
      const broker = openMemoryCoordination({ disk, clock, faults, leaseMs, pollMs: 20 })
      opened.set(broker, { broker, faults })
      return broker
    },
    kill: async (broker) => opened.get(broker)!.broker.kill(),
    crash: async () => disk.crash(),
    cutOff: leaseMs === undefined ? undefined : async (broker) => void (opened.get(broker)!.faults.unreachable = true),
    monotonic: () => clock.monotonic(),
    pass: (ms) => clock.pass(ms),
    freeWithinMs: 3000,
  }
}

describe('roles held by a session', () => testCoordination({ ...brokers(undefined), test, skip }))

describe('roles held by a lease', () => testCoordination({ ...brokers(300), test, skip }))
