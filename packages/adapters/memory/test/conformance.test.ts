import { testCoordination, testLogStore } from '@jackdaw/conformance'
import { describe, test } from 'vitest'
import { coordinationFactory, logStoreFactory, seededLatency } from './conformance-factory.ts'

const skip = (name: string, reason: string) => test(name, (context) => context.skip(reason))
const largestEntry = 4 * 1024 * 1024

describe('alone in its process', () => testLogStore({ ...logStoreFactory({ supports: { largestEntry } }), test, skip }))

describe('shared by several, some way off, and durable', () =>
  testLogStore({
    ...logStoreFactory({
      supports: { scope: 'shared', durability: 'D3', largestEntry },
      latencyMs: seededLatency(2),
    }),
    scale: { histories: 10, races: 10 },
    test,
    skip,
  }))

describe('roles held by a session', () => testCoordination({ ...coordinationFactory(), test, skip }))

describe('roles held by a lease', () => testCoordination({ ...coordinationFactory(300), test, skip }))
