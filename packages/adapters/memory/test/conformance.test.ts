import { testLogStore } from '@jackdaw/conformance'
import type { AppendFaultKind, LogStoreFactory } from '@jackdaw/conformance'
import type { LogStore } from '@jackdaw/ports'
import { describe, test } from 'vitest'
import { MemoryDisk, openMemoryStore, ScriptedFaults } from '../src/index.ts'
import type { AppendFault, MemoryStoreOptions } from '../src/index.ts'
import { seededRandom, settled } from './support.ts'

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
      supports: { scope: 'shared', durability: 'D3', pipelined: false, largestEntry: 4 * 1024 * 1024 },
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
