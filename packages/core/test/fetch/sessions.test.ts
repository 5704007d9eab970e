import { describe, expect, test } from 'vitest'

import { FetchSessions, nextEpoch, SAFE_FOR_MS, type SessionRequest } from '../../src/fetch/sessions.ts'

interface Wanted {
  readonly partition: number
  readonly fetchOffset: number
}

const wanted = (partition: number, fetchOffset = 0): Wanted => ({ partition, fetchOffset })
const topic = (name: string, ...partitions: readonly Wanted[]) => ({ topic: name, topicId: '', partitions })
const forget = (name: string, ...partitions: readonly number[]) => ({ topic: name, topicId: '', partitions })

const request = (fields: Partial<SessionRequest<Wanted>>): SessionRequest<Wanted> => ({
  sessionId: 0,
  sessionEpoch: 0,
  topics: [],
  forgottenTopicsData: [],
  ...fields,
})

/** What is answered of one partition: [highWatermark, records, error]. */
type Heard = Readonly<Record<string, readonly [highWatermark: number, records?: number, errorCode?: number]>>

const sessionsOf = (slots: number) => {
  let next = 1
  const sessions = new FetchSessions<Wanted>(slots, () => next++)
  const ask = (fields: Partial<SessionRequest<Wanted>>, heard: Heard = {}, now = 0, byTopicId = false) => {
    const begun = sessions.begin(request(fields), byTopicId, now)
    if (begun.kind === 'REFUSED') return { error: begun.error }
    const looked = begun.topics.flatMap((one) =>
      one.partitions.map((of) => `${one.topic}-${of.partition}@${of.fetchOffset}`),
    )
    const responses = begun.topics.map((one) => ({
      topic: one.topic,
      topicId: one.topicId,
      partitions: one.partitions.map(({ partition }) => {
        const [highWatermark, bytes = 0, errorCode = 0] = heard[`${one.topic}-${partition}`] ?? [0]
        return { partitionIndex: partition, errorCode, highWatermark, logStartOffset: 0, records: { length: bytes } }
      }),
    }))
    const { error, sessionId, responses: told } = begun.finish(responses, now)
    return {
      error,
      sessionId,
      looked,
      told: told.flatMap((one) => one.partitions.map(({ partitionIndex }) => `${one.topic}-${partitionIndex}`)),
    }
  }
  return { sessions, ask }
}

const ab = [topic('a', wanted(0), wanted(1)), topic('b', wanted(0))]

describe('a fetch session', () => {
  test('is made by a full fetch and told everything once', () => {
    const { ask } = sessionsOf(10)
    expect(ask({ topics: ab })).toEqual({
      error: 'NONE',
      sessionId: 1,
      looked: ['a-0@0', 'a-1@0', 'b-0@0'],
      told: ['a-0', 'a-1', 'b-0'],
    })
    expect(ask({ sessionId: 1, sessionEpoch: 1 })).toMatchObject({ looked: ['a-0@0', 'a-1@0', 'b-0@0'], told: [] })
  })

  test('is told of records, of moved high watermarks, and of errors as long as they last and once more', () => {
    const { ask } = sessionsOf(10)
    ask({ topics: ab })
    const told = (sessionEpoch: number, heard: Heard) => ask({ sessionId: 1, sessionEpoch }, heard).told
    expect(told(1, { 'a-1': [5] })).toEqual(['a-1'])
    expect(told(2, { 'a-1': [5] })).toEqual([])
    expect(told(3, { 'a-1': [5], 'b-0': [0, 100] })).toEqual(['b-0'])
    expect(told(4, { 'a-1': [5], 'b-0': [-1, 0, 6] })).toEqual(['b-0'])
    expect(told(5, { 'a-1': [5], 'b-0': [-1, 0, 6] })).toEqual(['b-0'])
    expect(told(6, { 'a-1': [5] })).toEqual(['b-0'])
    expect(told(7, { 'a-1': [5] })).toEqual([])
  })

  test('takes new offsets and partitions in, and drops forgotten ones', () => {
    const { ask } = sessionsOf(10)
    ask({ topics: ab })
    const changed = ask({
      sessionId: 1,
      sessionEpoch: 1,
      topics: [topic('a', wanted(1, 7)), topic('c', wanted(4))],
      forgottenTopicsData: [forget('b', 0, 9), forget('nowhere', 1)],
    })
    expect(changed).toMatchObject({ looked: ['a-0@0', 'a-1@7', 'c-4@0'], told: ['c-4'] })
    expect(ask({ sessionId: 1, sessionEpoch: 2 }).looked).toEqual(['a-0@0', 'a-1@7', 'c-4@0'])
  })

  test('looks last at what had records', () => {
    const { ask } = sessionsOf(10)
    ask({ topics: ab })
    ask({ sessionId: 1, sessionEpoch: 1 }, { 'a-0': [1, 10] })
    expect(ask({ sessionId: 1, sessionEpoch: 2 }).looked).toEqual(['b-0@0', 'a-1@0', 'a-0@0'])
  })

  test('ends when its last partition is forgotten', () => {
    const { sessions, ask } = sessionsOf(10)
    ask({ topics: [topic('a', wanted(0))] })
    const last = { sessionId: 1, sessionEpoch: 1, forgottenTopicsData: [forget('a', 0)] }
    expect(ask(last)).toMatchObject({ error: 'NONE', sessionId: 0, looked: [] })
    expect(sessions.size).toBe(0)
  })

  test('ends with a full fetch that names it, whether or not another is wanted', () => {
    const { sessions, ask } = sessionsOf(10)
    ask({ topics: ab })
    expect(ask({ sessionId: 1, sessionEpoch: 0, topics: ab }).sessionId).toBe(2)
    expect(ask({ sessionId: 2, sessionEpoch: -1, topics: ab })).toMatchObject({
      sessionId: 0,
      told: ['a-0', 'a-1', 'b-0'],
    })
    expect(sessions.size).toBe(0)
  })

  test.each([
    ['an unknown id', { sessionId: 9, sessionEpoch: 1 }, false, 'FETCH_SESSION_ID_NOT_FOUND'],
    ['a repeated epoch', { sessionId: 1, sessionEpoch: 1 }, false, 'INVALID_FETCH_SESSION_EPOCH'],
    ['an epoch too far', { sessionId: 1, sessionEpoch: 3 }, false, 'INVALID_FETCH_SESSION_EPOCH'],
    ['topic ids where there were names', { sessionId: 1, sessionEpoch: 2 }, true, 'FETCH_SESSION_TOPIC_ID_ERROR'],
  ])('refuses %s and is still there', (_what, fields, byTopicId, error) => {
    const { ask } = sessionsOf(10)
    ask({ topics: ab })
    ask({ sessionId: 1, sessionEpoch: 1 })
    expect(ask(fields, {}, 0, byTopicId)).toEqual({ error })
    expect(ask({ sessionId: 1, sessionEpoch: 2 }).error).toBe('NONE')
  })

  test('refuses to finish a fetch that another has overtaken', () => {
    const { sessions, ask } = sessionsOf(10)
    ask({ topics: ab })
    const slow = sessions.begin(request({ sessionId: 1, sessionEpoch: 1 }), false, 0)
    ask({ sessionId: 1, sessionEpoch: 2 })
    if (slow.kind !== 'FETCH') throw new Error('refused')
    expect(slow.finish([], 0)).toMatchObject({ error: 'INVALID_FETCH_SESSION_EPOCH', sessionId: 0 })
  })
})

test('epochs go on from the largest with 1', () => {
  expect([1, 0x7fff_fffe, 0x7fff_ffff].map(nextEpoch)).toEqual([2, 0x7fff_ffff, 1])
})

describe('slots', () => {
  const one = [topic('a', wanted(0))]

  test('none: a full fetch is answered without a session', () => {
    expect(sessionsOf(0).ask({ topics: ab })).toMatchObject({
      error: 'NONE',
      sessionId: 0,
      told: ['a-0', 'a-1', 'b-0'],
    })
  })

  test('all taken by sessions in use: there is no session', () => {
    const { ask } = sessionsOf(1)
    ask({ topics: one })
    expect(ask({ topics: ab }, {}, SAFE_FOR_MS).sessionId).toBe(0)
    expect(ask({ sessionId: 1, sessionEpoch: 1 }).error).toBe('NONE')
  })

  test('a session that nobody uses any more gives way', () => {
    const { ask } = sessionsOf(2)
    ask({ topics: ab })
    ask({ topics: ab }, {}, 10)
    expect(ask({ topics: one }, {}, SAFE_FOR_MS + 1).sessionId).toBe(3)
    expect(ask({ sessionId: 1, sessionEpoch: 1 }).error).toBe('FETCH_SESSION_ID_NOT_FOUND')
    expect(ask({ sessionId: 2, sessionEpoch: 1 }).error).toBe('NONE')
  })

  test('an old one gives way to a larger one, not to one of its own size', () => {
    const { ask } = sessionsOf(1)
    ask({ topics: one })
    const old = SAFE_FOR_MS + 1
    ask({ sessionId: 1, sessionEpoch: 1 }, {}, old)
    expect(ask({ topics: one }, {}, old).sessionId).toBe(0)
    expect(ask({ topics: ab }, {}, old).sessionId).toBe(2)
    expect(ask({ sessionId: 1, sessionEpoch: 2 }, {}, old).error).toBe('FETCH_SESSION_ID_NOT_FOUND')
  })
})
