import { parseBrokerConfig } from '@jackdaw/config'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { ClusterCommand, ClusterReply, NewTopic, TopicResult } from '../../src/cluster/commands.ts'
import { clusterMachine } from '../../src/cluster/machine.ts'
import { clusterCodec, type ClusterRec } from '../../src/cluster/records.ts'
import { configsOf, topicNamed, visiblePartitions, type ClusterState } from '../../src/cluster/state.ts'

const brokerConfig = (entries: Readonly<Record<string, string>> = {}) => {
  const parsed = parseBrokerConfig(new Map(Object.entries(entries)))
  if (parsed.kind !== 'CONFIG') throw new Error('bad test config')
  return parsed.config
}

type Asked = ClusterCommand extends infer C ? (C extends ClusterCommand ? Omit<C, 'to'> : never) : never

/** A machine that has founded a cluster of these brokers, and everything that it has recorded. */
const cluster = ({ brokers = [1], maxLogs = Infinity, configs = {} } = {}) => {
  const machine = clusterMachine({ broker: brokerConfig(configs), staticConfigs: new Map(), maxLogs })
  const state = machine.initial()
  const recorded: ClusterRec[] = []
  const ask = (asked: Asked): ClusterReply => {
    const decision = machine.decide(state, { ...asked, to: 1 } as ClusterCommand, { wall: 0, monotonic: 0 })
    for (const batch of decision.batches) {
      machine.apply(state, batch, recorded.length)
      recorded.push(...batch.records)
    }
    return decision.replies[0]?.response as ClusterReply
  }
  ask({ type: 'foundCluster', clusterId: 'c' })
  for (const id of brokers) {
    ask({ type: 'registerBroker', broker: { id, incarnation: 'AAAAAAAAAAAAAAAAAAAAAA', endpoints: [], rack: null } })
  }
  const topics = (reply: ClusterReply): readonly TopicResult[] => (reply.type === 'topics' ? reply.topics : [])
  return {
    machine,
    state,
    recorded,
    ask,
    owed: () => [...machine.owed(state)],
    create: (...wanted: readonly Partial<NewTopic>[]) =>
      topics(ask({ type: 'createTopics', topics: wanted.map((one) => newTopic(one)), validateOnly: false })),
    grow: (name: string, count: number) =>
      topics(ask({ type: 'createPartitions', topics: [{ name, count, assignments: null }], validateOnly: false })),
    remove: (name: string) => topics(ask({ type: 'deleteTopics', topics: [{ name, id: '' }] })),
    stored: (name: string) => {
      const topic = topicNamed(state, name)
      const topicId = topic?.id ?? ''
      ask({ type: 'logsStored', topics: [{ topicId, partitions: topic?.partitions.map(({ index }) => index) ?? [] }] })
    },
  }
}

let ids = 0
const newTopic = (fields: Partial<NewTopic>): NewTopic => ({
  name: 'orders',
  id: Buffer.from(`topic-${String(ids++).padStart(10, '0')}`).toString('base64url'),
  numPartitions: -1,
  replicationFactor: -1,
  assignments: [],
  configs: [],
  ...fields,
})

const replay = (recorded: readonly ClusterRec[]): ClusterState => {
  const { machine } = cluster({ brokers: [] })
  const state = machine.initial()
  for (const record of recorded) {
    const { key, value } = clusterCodec.encode(record)
    machine.apply(state, { records: [clusterCodec.decode(key, value)] }, 0)
  }
  return state
}

describe('creating topics', () => {
  test('clients see a topic only when the storage holds its logs', () => {
    const { create, state, owed, stored } = cluster()
    expect(create({ name: 'orders', numPartitions: 2 })).toMatchObject([{ error: 'NONE', numPartitions: 2 }])
    const topic = topicNamed(state, 'orders')
    expect(visiblePartitions(topic!)).toEqual([])
    expect(owed()).toEqual([{ type: 'createLogs', topicId: topic!.id, name: 'orders', partitions: [0, 1] }])
    stored('orders')
    expect(visiblePartitions(topic!)).toHaveLength(2)
    expect(owed()).toEqual([])
  })

  test('leaders take turns among the brokers', () => {
    const { create, state } = cluster({ brokers: [1, 2, 3] })
    create({ numPartitions: 4, replicationFactor: 2 })
    expect(topicNamed(state, 'orders')!.partitions.map(({ replicas }) => replicas)).toEqual([
      [1, 2],
      [2, 3],
      [3, 1],
      [1, 2],
    ])
  })

  test.each([
    ['', 'INVALID_TOPIC_EXCEPTION'],
    ['.', 'INVALID_TOPIC_EXCEPTION'],
    ['..', 'INVALID_TOPIC_EXCEPTION'],
    ['a/b', 'INVALID_TOPIC_EXCEPTION'],
    ['ü', 'INVALID_TOPIC_EXCEPTION'],
    ['x'.repeat(250), 'INVALID_TOPIC_EXCEPTION'],
    ['x'.repeat(249), 'NONE'],
  ])('the name %j gives %s', (name, error) => {
    expect(cluster().create({ name })).toMatchObject([{ error }])
  })

  test("names that differ by '.' and '_' alone collide", () => {
    const { create } = cluster()
    create({ name: 'a.b' })
    expect(create({ name: 'a_b' })).toMatchObject([{ error: 'INVALID_TOPIC_EXCEPTION' }])
  })

  test.each([
    [{ numPartitions: 0 }, 'INVALID_PARTITIONS'],
    [{ numPartitions: -2 }, 'INVALID_PARTITIONS'],
    [{ replicationFactor: 2 }, 'INVALID_REPLICATION_FACTOR'],
    [{ replicationFactor: 0 }, 'INVALID_REPLICATION_FACTOR'],
    [{ configs: [{ name: 'retention.ms', value: 'soon' }] }, 'INVALID_CONFIG'],
    [{ configs: [{ name: 'retention.mz', value: '1' }] }, 'INVALID_CONFIG'],
    [{ configs: [{ name: 'retention.ms', value: null }] }, 'INVALID_CONFIG'],
    [{ assignments: [{ partitionIndex: 0, brokerIds: [9] }] }, 'INVALID_REPLICA_ASSIGNMENT'],
    [{ assignments: [{ partitionIndex: 1, brokerIds: [1] }] }, 'INVALID_REPLICA_ASSIGNMENT'],
    [{ assignments: [{ partitionIndex: 0, brokerIds: [1, 1] }] }, 'INVALID_REPLICA_ASSIGNMENT'],
    [{ assignments: [{ partitionIndex: 0, brokerIds: [1] }], numPartitions: 1 }, 'INVALID_REQUEST'],
  ])('%j is refused with %s', (fields, error) => {
    const { create, state } = cluster()
    expect(create(fields)).toMatchObject([{ error }])
    expect(state.topics.size).toBe(0)
  })

  test('a name twice in one request is refused, other topics of it are created', () => {
    const { create } = cluster()
    expect(create({ name: 'a' }, { name: 'a' }, { name: 'b' }).map(({ error }) => error)).toEqual([
      'INVALID_REQUEST',
      'INVALID_REQUEST',
      'NONE',
    ])
    expect(create({ name: 'b' })).toMatchObject([{ error: 'TOPIC_ALREADY_EXISTS' }])
  })

  test('more partitions than the storage holds logs are a policy violation', () => {
    const { create } = cluster({ maxLogs: 3 })
    expect(create({ name: 'a', numPartitions: 2 })).toMatchObject([{ error: 'NONE' }])
    expect(create({ name: 'b', numPartitions: 2 })).toMatchObject([{ error: 'POLICY_VIOLATION' }])
    expect(create({ name: 'c', numPartitions: 2_000_000_000 })).toMatchObject([{ error: 'POLICY_VIOLATION' }])
  })

  test('one request makes 10,000 partitions at most, however many the storage holds', () => {
    const { create, grow, state } = cluster()
    expect(create({ numPartitions: 0x7fff_ffff })).toMatchObject([{ error: 'POLICY_VIOLATION' }])
    expect(create({ name: 'a', numPartitions: 9_999 }, { name: 'b', numPartitions: 2 })).toMatchObject([
      { error: 'NONE' },
      { error: 'POLICY_VIOLATION' },
    ])
    expect(grow('a', 0x7fff_ffff)).toMatchObject([{ error: 'POLICY_VIOLATION' }])
    expect(state.topics.size).toBe(1)
  })

  test('validating changes nothing', () => {
    const { ask, state } = cluster()
    ask({ type: 'createTopics', topics: [newTopic({})], validateOnly: true })
    expect(state.topics.size).toBe(0)
  })
})

describe('changing topics', () => {
  test('partitions are added, never taken away', () => {
    const { create, grow, state, owed } = cluster()
    create({ numPartitions: 2 })
    expect(grow('orders', 2)).toMatchObject([{ error: 'INVALID_PARTITIONS' }])
    expect(grow('orders', 1)).toMatchObject([{ error: 'INVALID_PARTITIONS' }])
    expect(grow('nothing', 1)).toMatchObject([{ error: 'UNKNOWN_TOPIC_OR_PARTITION' }])
    expect(grow('orders', 4)).toMatchObject([{ error: 'NONE' }])
    expect(topicNamed(state, 'orders')!.partitions).toHaveLength(4)
    expect(owed()).toMatchObject([{ partitions: [0, 1, 2, 3] }])
  })

  test('a deleted topic is owed its removal until the storage has done it, and its name is free at once', () => {
    const { create, remove, owed, ask, state } = cluster()
    create({ numPartitions: 2 })
    const first = topicNamed(state, 'orders')!.id
    expect(remove('orders')).toMatchObject([{ error: 'NONE' }])
    expect(create({ numPartitions: 1 })).toMatchObject([{ error: 'NONE' }])
    expect(topicNamed(state, 'orders')!.id).not.toBe(first)
    expect(owed()).toContainEqual({ type: 'removeLogs', topicId: first, name: 'orders', partitions: 2 })
    ask({ type: 'logsRemoved', topicIds: [first] })
    expect(owed().filter(({ type }) => type === 'removeLogs')).toEqual([])
  })

  test('a deleted topic leaves no configs to its successor', () => {
    const { create, remove, state } = cluster()
    create({ configs: [{ name: 'retention.ms', value: '5' }] })
    expect(configsOf(state, 'TOPIC', 'orders').get('retention.ms')).toBe('5')
    remove('orders')
    create({})
    expect(configsOf(state, 'TOPIC', 'orders').size).toBe(0)
  })

  test('delete.topic.enable=false forbids it', () => {
    const { create, remove } = cluster({ configs: { 'delete.topic.enable': 'false' } })
    create({})
    expect(remove('orders')).toMatchObject([{ error: 'TOPIC_DELETION_DISABLED' }])
  })

  test('producer ids are given once', () => {
    const { ask } = cluster()
    expect(ask({ type: 'allocateProducerIds', count: 1000 })).toMatchObject({ first: 0 })
    expect(ask({ type: 'allocateProducerIds', count: 1000 })).toMatchObject({ first: 1000 })
  })
})

describe('configs', () => {
  const SET = 0
  const DELETE = 1
  const change = (name: string, configOperation: number, value: string | null) => ({ name, configOperation, value })
  const alter = (c: ReturnType<typeof cluster>, ...changes: readonly ReturnType<typeof change>[]) => {
    const resources = [{ resourceType: 'TOPIC', resourceName: 'orders', changes }] as const
    const reply = c.ask({ type: 'alterConfigs', resources, validateOnly: false })
    return reply.type === 'configs' ? reply.resources[0]?.error : undefined
  }

  test('are set, read and returned to their default', () => {
    const c = cluster()
    c.create({})
    expect(alter(c, change('retention.ms', SET, '77'))).toBe('NONE')
    expect(configsOf(c.state, 'TOPIC', 'orders').get('retention.ms')).toBe('77')
    expect(alter(c, change('retention.ms', DELETE, null))).toBe('NONE')
    expect(configsOf(c.state, 'TOPIC', 'orders').size).toBe(0)
  })

  test('of one resource are changed together or not at all', () => {
    const c = cluster()
    c.create({})
    expect(alter(c, change('retention.ms', SET, '77'), change('segment.bytes', SET, 'many'))).toBe('INVALID_CONFIG')
    expect(configsOf(c.state, 'TOPIC', 'orders').size).toBe(0)
    expect(alter(c, change('retention.ms', SET, '1'), change('retention.ms', SET, '2'))).toBe('INVALID_REQUEST')
  })

  test('are replaced as a whole where that is asked for', () => {
    const { ask, create, state } = cluster()
    create({ name: 'orders', configs: [{ name: 'retention.ms', value: '5' }] })
    const changes = [{ name: 'segment.ms', configOperation: 0, value: '9' }]
    const resources = [{ resourceType: 'TOPIC', resourceName: 'orders', changes }] as const
    ask({ type: 'alterConfigs', resources, validateOnly: false, replace: true })
    expect([...configsOf(state, 'TOPIC', 'orders')]).toEqual([['segment.ms', '9']])
  })

  test('of a topic that is not there are refused', () => {
    expect(alter(cluster(), change('retention.ms', SET, '77'))).toBe('UNKNOWN_TOPIC_OR_PARTITION')
  })
})

describe('unregistering a broker', () => {
  const unregister = (brokers: number[], led: boolean, brokerId: number) => {
    const { ask, create, state } = cluster({ brokers })
    if (led) create({ name: 'orders', numPartitions: brokers.length })
    const reply = ask({ type: 'unregisterBroker', brokerId })
    return { error: reply.type === 'result' ? reply.error : undefined, left: [...state.brokers.keys()] }
  }

  test('forgets one that leads nothing', () => {
    expect(unregister([1, 2], false, 2)).toEqual({ error: 'NONE', left: [1] })
  })

  test('refuses one that leads partitions, and one that nobody knows', () => {
    expect(unregister([1, 2], true, 2)).toEqual({ error: 'INVALID_REQUEST', left: [1, 2] })
    expect(unregister([1], false, 2)).toEqual({ error: 'BROKER_ID_NOT_REGISTERED', left: [1] })
  })
})

test('replaying what was recorded gives the same state', () => {
  const name = fc.constantFrom('a', 'b', 'c')
  const step = fc.oneof(
    fc.record({ do: fc.constant('create'), name, count: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ do: fc.constant('grow'), name, count: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ do: fc.constant('remove'), name, count: fc.constant(0) }),
    fc.record({ do: fc.constant('stored'), name, count: fc.constant(0) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const c = cluster()
      for (const one of steps) {
        if (one.do === 'create') c.create({ name: one.name, numPartitions: one.count })
        if (one.do === 'grow') c.grow(one.name, one.count)
        if (one.do === 'remove') c.remove(one.name)
        if (one.do === 'stored') c.stored(one.name)
      }
      expect(replay(c.recorded)).toEqual(c.state)
    }),
  )
})
