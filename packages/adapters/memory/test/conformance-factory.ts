// The memory adapter as the suite wants it: with crashes, damage and faults, and for brokers with a clock moved by hand.

import type { AppendFaultKind, CoordinationFactory, LogStoreFactory } from '@jackdaw/conformance'
import type { Coordination, LogStore } from '@jackdaw/ports'
import { MemoryDisk, openMemoryCoordination, openMemoryStore, ScriptedFaults } from '../src/index.ts'
import type { AppendFault, MemoryCoordination, MemoryStore, MemoryStoreOptions } from '../src/index.ts'
import { HandClock, seededRandom, settled } from './support.ts'

/** `wrap` may put something around each store that is opened. */
export function logStoreFactory(
  options: MemoryStoreOptions,
  wrap: (store: MemoryStore, disk: MemoryDisk) => LogStore = (store) => store,
): LogStoreFactory {
  const disk = new MemoryDisk({ random: seededRandom(1) })
  const faultsOf = new WeakMap<LogStore, ScriptedFaults>()
  return {
    async open() {
      const faults = new ScriptedFaults()
      const store = wrap(openMemoryStore({ ...options, disk, faults }), disk)
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

/** Most calls take no time, some take a millisecond or two: so they overtake each other. */
export function seededLatency(seed: number): () => number {
  const random = seededRandom(seed)
  return () => (random.next() < 0.8 ? 0 : random.next() * 3)
}

/** Without `leaseMs` a role is held by a session. */
export function coordinationFactory(
  leaseMs?: number,
  wrap: (broker: MemoryCoordination, disk: MemoryDisk) => Coordination = (broker) => broker,
): CoordinationFactory {
  const clock = new HandClock()
  const disk = new MemoryDisk({ clock, random: seededRandom(3) })
  const opened = new WeakMap<Coordination, { kill(): void; cutOff(): void }>()
  return {
    async open() {
      let unreachable = false
      const faults = { call: () => (unreachable ? ({ kind: 'REQUEST_LOST' } as const) : undefined) }
      const right = openMemoryCoordination({ disk, clock, faults, leaseMs, pollMs: 20 })
      const broker = wrap(right, disk)
      opened.set(broker, { kill: () => right.kill(), cutOff: () => (unreachable = true) })
      return broker
    },
    kill: async (broker) => opened.get(broker)!.kill(),
    crash: async () => disk.crash(),
    cutOff: leaseMs === undefined ? undefined : async (broker) => opened.get(broker)!.cutOff(),
    monotonic: () => clock.monotonic(),
    pass: (ms) => clock.pass(ms),
    freeWithinMs: 3000,
  }
}
