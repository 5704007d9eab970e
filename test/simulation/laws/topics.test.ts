// The laws of topics on hand-made histories, both ways: what they must let pass and what they must catch, by name.
import { describe, expect, test } from 'vitest'
import { broken, type Script } from './script.ts'

describe('topics', () => {
  const create = (s: Script, id = 'id-1', error = 'NONE') =>
    s.call('createTopic', { topic: 't', partitions: 3 }, { error, id })
  const remove = (s: Script, error = 'NONE') => s.call('deleteTopic', { topic: 't' }, { error })
  const see = (s: Script, error = 'NONE', id = 'id-1', partitions = 3) =>
    s.call('metadata', { topics: ['t'] }, [{ name: 't', error, id, partitions }])

  test('a life passes', () => {
    expect(
      broken(
        (s) => (
          create(s),
          see(s),
          remove(s),
          see(s, 'UNKNOWN_TOPIC_OR_PARTITION'),
          create(s, 'id-2'),
          see(s, 'NONE', 'id-2')
        ),
      ),
    ).toEqual([])
  })

  test('a created topic that nobody knows any more is caught, one without a leader is not', () => {
    expect(broken((s) => (create(s), see(s, 'UNKNOWN_TOPIC_OR_PARTITION')))).toEqual(['created topics are there'])
    expect(broken((s) => (create(s), see(s, 'LEADER_NOT_AVAILABLE')))).toEqual([])
  })

  test('a topic that changed its id or its partitions is caught', () => {
    expect(broken((s) => (create(s), see(s, 'NONE', 'id-2')))).toEqual(['created topics are there'])
    expect(broken((s) => (create(s), see(s, 'NONE', 'id-1', 2)))).toEqual(['created topics are there'])
  })

  test('after a deletion was asked for a topic may be there or not, after its acknowledgement it may not', () => {
    expect(broken((s) => (create(s), remove(s, 'REQUEST_TIMED_OUT'), see(s)))).toEqual([])
    expect(broken((s) => (create(s), remove(s, 'REQUEST_TIMED_OUT'), see(s, 'UNKNOWN_TOPIC_OR_PARTITION')))).toEqual([])
    expect(broken((s) => (create(s), remove(s), see(s)))).toEqual(['deleted topics are gone'])
  })

  test('an id that is given twice is caught', () => {
    expect(broken((s) => (create(s), remove(s), create(s)))).toContain('topic ids are unique')
  })
})
