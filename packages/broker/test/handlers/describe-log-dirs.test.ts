import { parseBrokerConfig } from '@jackdaw/config'
import { DescribeLogDirs } from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import { storageName } from '../../src/handlers/describe-log-dirs.ts'
import { batchOf, startTestBroker } from '../support.ts'
import { createTopic, produceTo } from '../topics.ts'

describe('DescribeLogDirs', () => {
  test('tells the bytes of the partitions that were asked for, in one directory', async () => {
    const client = await (await startTestBroker({ configs: { 'jackdaw.storage': 'memory:' } })).connect()
    await createTopic(client, 'orders', 2)
    await createTopic(client, 'other')
    const records = batchOf(['a', 'b'])
    await produceTo(client, 'orders', records, 1)
    const { results } = await client.send(DescribeLogDirs, 5, {
      topics: [
        { topic: 'orders', partitions: [0, 1, 1, 9] },
        { topic: 'nowhere', partitions: [0] },
      ],
    })
    expect(results).toHaveLength(1)
    expect(results[0]).toMatchObject({ errorCode: 0, logDir: 'memory:', totalBytes: -1, usableBytes: -1 })
    expect(results[0]?.topics).toEqual([
      {
        name: 'orders',
        partitions: [
          { partitionIndex: 0, partitionSize: 0, offsetLag: 0, isFutureKey: false },
          { partitionIndex: 1, partitionSize: records.length, offsetLag: 0, isFutureKey: false },
        ],
      },
    ])
    const all = await client.send(DescribeLogDirs, 1, { topics: null })
    expect(all.results[0]?.topics.map(({ name }) => name).toSorted()).toEqual(['orders', 'other'])
  })

  test.each([
    [
      { 'jackdaw.storage': 'postgres://user:secret@db.example:5432/logs?sslmode=require' },
      'postgres://db.example:5432/logs',
    ],
    [{ 'jackdaw.storage': 'file:/var/lib/jackdaw' }, 'file:/var/lib/jackdaw'],
    [{ 'log.dirs': '/var/lib/kafka' }, '/var/lib/kafka'],
  ])('the directory is called after the storage, without its password: %o', (configs, name) => {
    const parsed = parseBrokerConfig(new Map(Object.entries(configs)))
    expect(parsed.kind).toBe('CONFIG')
    if (parsed.kind === 'CONFIG') expect(storageName(parsed.config)).toBe(name)
  })
})
