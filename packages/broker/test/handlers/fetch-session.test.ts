import { errorCode, Fetch, type Init } from '@jackdaw/protocol'
import { describe, expect, test } from 'vitest'

import { startTestBroker, type TestClient } from '../support.ts'
import { createTopic, produceTo } from '../topics.ts'

type Request = Init<typeof Fetch.request>

const wanted = (...offsets: readonly number[]) =>
  offsets.map((fetchOffset, partition) => ({ partition, fetchOffset, partitionMaxBytes: 1_000_000 }))

const fetch = async (client: TestClient, fields: Partial<Request>, version = 12) => {
  const request = { maxWaitMs: 0, minBytes: 0, topics: [], forgottenTopicsData: [], ...fields }
  const answer = await client.send(Fetch, version, request)
  return {
    errorCode: answer.errorCode,
    sessionId: answer.sessionId,
    told: answer.responses.flatMap(({ partitions }) => partitions.map(({ partitionIndex }) => partitionIndex)),
  }
}

describe('Fetch in a session', () => {
  test('tells only partitions with news, and waits for them', async () => {
    const { connect } = await startTestBroker()
    const [client, writer] = [await connect(), await connect()]
    await createTopic(client, 'orders', 3)
    const topics = [{ topic: 'orders', partitions: wanted(0, 0, 0) }]
    const { sessionId, told } = await fetch(client, { sessionId: 0, sessionEpoch: 0, topics })
    expect(sessionId).toBeGreaterThan(0)
    expect(told).toEqual([0, 1, 2])
    expect(await fetch(client, { sessionId, sessionEpoch: 1 })).toEqual({ errorCode: 0, sessionId, told: [] })
    const waiting = fetch(client, { sessionId, sessionEpoch: 2, minBytes: 1, maxWaitMs: 60_000 })
    await produceTo(writer, 'orders', undefined, 1)
    expect((await waiting).told).toEqual([1])
    const read = [{ topic: 'orders', partitions: wanted(0, 1).slice(1) }]
    expect((await fetch(client, { sessionId, sessionEpoch: 3, topics: read })).told).toEqual([])
  })

  test('is by topic id from version 13 on, and cannot change to names', async () => {
    const client = await (await startTestBroker()).connect()
    const topicId = await createTopic(client, 'orders')
    const { sessionId } = await fetch(client, { sessionEpoch: 0, topics: [{ topicId, partitions: wanted(0) }] }, 13)
    expect((await fetch(client, { sessionId, sessionEpoch: 1 }, 17)).errorCode).toBe(0)
    expect(await fetch(client, { sessionId, sessionEpoch: 2 }, 12)).toEqual({
      errorCode: errorCode('FETCH_SESSION_TOPIC_ID_ERROR'),
      sessionId: 0,
      told: [],
    })
  })

  test('is refused under a wrong epoch or id', async () => {
    const client = await (await startTestBroker()).connect()
    await createTopic(client, 'orders')
    const topics = [{ topic: 'orders', partitions: wanted(0) }]
    const { sessionId } = await fetch(client, { sessionEpoch: 0, topics })
    expect((await fetch(client, { sessionId, sessionEpoch: 5 })).errorCode).toBe(
      errorCode('INVALID_FETCH_SESSION_EPOCH'),
    )
    const other = sessionId === 1 ? 2 : sessionId - 1
    expect((await fetch(client, { sessionId: other, sessionEpoch: 1 })).errorCode).toBe(
      errorCode('FETCH_SESSION_ID_NOT_FOUND'),
    )
  })

  test('is not offered without slots', async () => {
    const configs = { 'max.incremental.fetch.session.cache.slots': '0' }
    const client = await (await startTestBroker({ configs })).connect()
    await createTopic(client, 'orders')
    const topics = [{ topic: 'orders', partitions: wanted(0) }]
    expect(await fetch(client, { sessionEpoch: 0, topics })).toEqual({ errorCode: 0, sessionId: 0, told: [0] })
  })
})
