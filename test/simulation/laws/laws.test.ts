// Each law on hand-made histories, both ways: what it must let pass and what it must catch, by name.
import { describe, expect, test } from 'vitest'
import { violationsOf } from './all.ts'
import { Script } from './script.ts'

/** The laws that a history breaks, each once. */
const broken = (write: (script: Script) => void): string[] => {
  const script = new Script()
  write(script)
  return [...new Set(violationsOf(script.evidence).map(({ law }) => law))]
}

const unknown = undefined

describe('records', () => {
  test('a plain history passes', () => {
    expect(
      broken((s) => {
        s.produce([1, 2], 0)
        s.fetch(0, [[0, 1], [1, 2]], 2) // prettier-ignore
        s.produce([3], 2)
        s.fetch(2, [[2, 3]], 3)
        s.fetch(3, [], 3)
        s.disk([1, 2, 3])
      }),
    ).toEqual([])
  })

  test('an acknowledged record that is not on the disk is lost', () => {
    expect(broken((s) => (s.produce([1, 2], 0), s.disk([1])))).toEqual(['nothing is lost'])
  })

  test('a record that somebody read may not be lost either, acknowledged or not', () => {
    expect(
      broken((s) => {
        s.produce([1], unknown)
        s.fetch(0, [[0, 1]], 1)
        s.disk([])
      }),
    ).toEqual(['nothing is lost', 'nothing is read too early', 'every request is answered'])
  })

  test('an acknowledgement with the offset of another record is caught', () => {
    expect(broken((s) => (s.produce([1], 0), s.produce([2], 0), s.disk([1, 2])))).toEqual([
      'offsets are consistent',
      'nothing is lost',
    ])
  })

  test('a record of unknown fate may stand or not', () => {
    const history = (disk: number[]) =>
      broken((s) => {
        s.produce([1], 'REQUEST_TIMED_OUT')
        s.produce([2], 'NOT_LEADER_OR_FOLLOWER')
        s.disk(disk)
      })
    expect(history([])).toEqual([])
    expect(history([1, 2])).toEqual([])
    expect(history([2])).toEqual([])
  })

  test('a record that was refused may not stand', () => {
    expect(broken((s) => (s.produce([1], 'MESSAGE_TOO_LARGE'), s.disk([1])))).toEqual(['nothing is there twice'])
  })

  test('a record that nobody sent may not stand', () => {
    expect(broken((s) => s.disk([9]))).toEqual(['nothing is there twice'])
  })

  test('a batch that was sent twice may stand twice, unless its producer is idempotent', () => {
    const history = (sequence: number | undefined) =>
      broken((s) => {
        const batch = s.produce([1], 'REQUEST_TIMED_OUT', { sequence })
        s.produce([1], 1, { batch, sequence })
        s.disk([1, 1])
      })
    expect(history(undefined)).toEqual([])
    expect(history(0)).toEqual(['nothing is there twice'])
  })

  test('a batch that was sent once may not stand twice', () => {
    expect(broken((s) => (s.produce([1], 0), s.disk([1, 1])))).toEqual(['nothing is there twice'])
  })

  test('a repeat that is answered with the original offset passes', () => {
    expect(
      broken((s) => {
        const batch = s.produce([1], 'REQUEST_TIMED_OUT', { sequence: 0 })
        s.produce([2], 1, { sequence: 1 })
        s.produce([1], 0, { batch, sequence: 0 })
        s.disk([1, 2])
      }),
    ).toEqual([])
  })

  test('acknowledged records of one producer keep their order, those of two need not', () => {
    const history = (second: string) =>
      broken((s) => (s.produce([1], 1, { who: 'p' }), s.produce([2], 0, { who: second }), s.disk([2, 1])))
    expect(history('p')).toEqual(['order is kept'])
    expect(history('q')).toEqual([])
  })

  test('a batch that was given up may land behind its successor, unless its producer is idempotent', () => {
    const history = (idempotent: boolean) =>
      broken((s) => {
        s.produce([1], 'REQUEST_TIMED_OUT', { sequence: idempotent ? 0 : undefined })
        s.produce([2], 0, { sequence: idempotent ? 1 : undefined })
        s.disk([2, 1])
      })
    expect(history(true)).toEqual(['order is kept'])
    expect(history(false)).toEqual([])
  })

  test('a repeat that stands behind newer records breaks no order', () => {
    expect(
      broken((s) => {
        const batch = s.produce([1], 'REQUEST_TIMED_OUT')
        s.produce([1], 0, { batch })
        s.produce([2], 1)
        s.disk([1, 2, 1])
      }),
    ).toEqual([])
  })

  test('a latest offset that lags behind what was acknowledged is caught', () => {
    const history = (time: number) =>
      broken((s) => {
        const at = { topic: 't', partition: 0 }
        s.produce([1], 0)
        s.call('listOffsets', { partitions: [{ ...at, time }] }, [{ ...at, error: 'NONE', offset: 0 }])
        s.disk([1])
      })
    expect(history(-1)).toEqual(['the high watermark is current'])
    expect(history(-2)).toEqual([])
  })

  test('a hole in a read or on the disk is caught', () => {
    expect(
      broken((s) => {
        s.produce([1, 2, 3], 0)
        s.fetch(0, [[0, 1], [2, 3]], 3) // prettier-ignore
        s.disk([1, 2, 3])
      }),
    ).toEqual(['offsets are contiguous'])
    expect(broken((s) => (s.produce([1], 0), s.disk([1], 2)))).toEqual(['offsets are contiguous'])
    expect(broken((s) => (s.produce([1], 0), s.fetch(1, [[0, 1]], 1), s.disk([1])))).toEqual(['offsets are contiguous'])
  })

  test('a read beyond the high watermark is caught', () => {
    expect(broken((s) => (s.produce([1], 0), s.fetch(0, [[0, 1]], 0), s.disk([1])))).toContain(
      'nothing is read too early',
    )
  })

  test('a high watermark that lags behind what was acknowledged, or goes back, is caught', () => {
    expect(broken((s) => (s.produce([1], 0), s.fetch(0, [], 0), s.disk([1])))).toEqual([
      'the high watermark is current',
    ])
    expect(
      broken((s) => {
        s.produce([1], unknown)
        s.fetch(0, [], 1)
        s.fetch(0, [], 0)
        s.history.note('client', 'closed', { connection: 1 })
        s.disk([1])
      }),
    ).toEqual(['the high watermark is current'])
  })

  test('a fetch that was under way while a record was acknowledged may miss it', () => {
    expect(
      broken((s) => {
        const partition = { topic: 't', partition: 0 }
        const fetch = s.ask('fetch', { partitions: [{ ...partition, offset: 0 }] }, 'reader', 2)
        s.produce([1], 0)
        s.tell(fetch, [{ ...partition, error: 'NONE', highWatermark: 0, logStart: 0, records: [] }])
        s.disk([1])
      }),
    ).toEqual([])
  })
})

describe('committed offsets', () => {
  const law = ['committed offsets are the last ones committed']

  test('what was committed is returned', () => {
    expect(
      broken(
        (s) => (s.committed('', -1), s.commit('a', 5), s.committed('a', 5), s.commit('b', 3), s.committed('b', 3)),
      ),
    ).toEqual([])
  })

  test('an acknowledged commit that is not returned was lost', () => {
    expect(broken((s) => (s.commit('a', 5), s.committed('', -1)))).toEqual(law)
    expect(broken((s) => (s.commit('a', 5), s.commit('b', 6), s.committed('a', 5)))).toEqual(law)
  })

  test('a commit of unknown fate may be returned or not', () => {
    for (const [tag, offset] of [
      ['a', 5],
      ['b', 6],
    ] as const)
      // prettier-ignore
      expect(broken((s) => (s.commit('a', 5), s.commit('b', 6, 'REQUEST_TIMED_OUT'), s.committed(tag, offset)))).toEqual([])
  })

  test('a commit of unknown fate that was returned once stays', () => {
    expect(
      broken((s) => {
        s.commit('a', 5)
        s.commit('b', 6, 'REQUEST_TIMED_OUT')
        s.committed('b', 6)
        s.committed('a', 5)
      }),
    ).toEqual(law)
  })

  test('a commit of unknown fate may land late, even behind a newer one', () => {
    expect(
      broken((s) => {
        s.commit('a', 5, 'REQUEST_TIMED_OUT')
        s.commit('b', 6)
        s.committed('b', 6)
        s.committed('a', 5)
      }),
    ).toEqual([])
  })

  test('a refused commit may not be returned', () => {
    expect(broken((s) => (s.commit('a', 5, 'ILLEGAL_GENERATION'), s.committed('a', 5)))).toEqual(law)
  })

  test('a commit may not be returned before it was sent, nor with another offset', () => {
    expect(broken((s) => (s.committed('a', 5), s.commit('a', 5)))).toEqual(law)
    expect(broken((s) => (s.commit('a', 5), s.committed('a', 4)))).toEqual(law)
  })

  test('a read under way with a commit may see it or not, but two reads agree on the order', () => {
    const history = (first: readonly [string, number], second: readonly [string, number]) =>
      broken((s) => {
        s.commit('a', 5)
        const commit = s.askCommit('b', 6)
        s.committed(...first)
        s.committed(...second)
        s.history.answer(commit, [{ topic: 't', partition: 0, error: 'NONE' }])
      })
    expect(history(['a', 5], ['a', 5])).toContain('replies are in order')
    expect(history(['a', 5], ['b', 6])).not.toContain(law[0])
    expect(history(['b', 6], ['b', 6])).not.toContain(law[0])
    expect(history(['b', 6], ['a', 5])).toContain(law[0])
  })
})

describe('groups', () => {
  const assignments = { a: ['t-0'], b: ['t-1'] }

  test('a rebalance passes', () => {
    expect(
      broken((s) => {
        s.sync({ member: 'a', generation: 1, partitions: ['t-0'], assignments })
        s.sync({ member: 'b', generation: 1, partitions: ['t-1'] })
        s.commit('x', 1, 'NONE', 1)
        s.sync({ member: 'b', generation: 2, partitions: ['t-0', 't-1'], assignments: { b: ['t-0', 't-1'] } })
        s.commit('y', 2, 'ILLEGAL_GENERATION', 1)
        s.commit('z', 2, 'NONE', 2)
      }),
    ).toEqual([])
  })

  test('two owners of a partition in one generation are caught', () => {
    expect(
      broken((s) => {
        s.sync({ member: 'a', generation: 1, partitions: ['t-0'], assignments })
        s.sync({ member: 'b', generation: 1, partitions: ['t-0'], assignments: { b: ['t-0'] } })
      }),
    ).toEqual(['partitions have one owner'])
  })

  test('a static member that comes back owns what it had, under its new id', () => {
    const history = (instance: string | undefined) =>
      broken((s) => {
        const joined = { error: 'NONE', generation: 1, protocol: 'roundrobin', leader: 'x', members: [] }
        const join = { group: 'g', member: '', generation: -1, instance, protocols: ['roundrobin'] }
        s.call('join', join, { ...joined, member: 'a' })
        s.sync({ member: 'a', generation: 1, partitions: ['t-0'], assignments })
        s.call('join', join, { ...joined, member: 'c' })
        s.sync({ member: 'c', generation: 1, partitions: ['t-0'] })
      })
    expect(history('static0')).toEqual([])
    expect(history(undefined)).toEqual(['partitions have one owner', "assignments are the leader's"])
  })

  test('an assignment that no leader handed in is caught', () => {
    expect(
      broken((s) => {
        s.sync({ member: 'a', generation: 1, partitions: ['t-0'], assignments })
        s.sync({ member: 'b', generation: 1, partitions: [] })
      }),
    ).toEqual(["assignments are the leader's"])
  })

  test('an old generation that is handed out after a newer one is caught', () => {
    expect(
      broken((s) => {
        s.sync({ member: 'a', generation: 2, partitions: ['t-0'], assignments })
        s.sync({ member: 'b', generation: 1, partitions: ['t-1'], assignments })
      }),
    ).toEqual(['generations go up'])
  })

  test('a commit or a heartbeat of an old generation is caught', () => {
    const newer = (s: Script) => s.sync({ member: 'b', generation: 2, partitions: ['t-1'], assignments })
    expect(broken((s) => (newer(s), s.commit('x', 1, 'NONE', 1)))).toEqual(['old generations are fenced'])
    const beat = { group: 'g', member: 'a', generation: 1 }
    expect(broken((s) => (newer(s), s.call('heartbeat', beat, { error: 'NONE' })))).toEqual([
      'old generations are fenced',
    ])
    expect(broken((s) => (newer(s), s.call('heartbeat', beat, { error: 'ILLEGAL_GENERATION' })))).toEqual([])
  })

  test('two leaders of one generation that was handed out are caught', () => {
    const join = (s: Script, member: string, leader: string) =>
      s.call('join', { group: 'g', member, generation: -1, protocols: ['roundrobin'] }, {
        error: 'NONE', member, generation: 1, protocol: 'roundrobin', leader, members: [],
      }) // prettier-ignore
    const history = (leader: string) =>
      broken((s) => {
        join(s, 'a', 'a')
        join(s, 'b', leader)
        s.sync({ member: 'a', generation: 1, partitions: ['t-0'], assignments })
        s.sync({ member: 'b', generation: 1, partitions: ['t-1'] })
      })
    expect(history('a')).toEqual([])
    expect(history('b')).toEqual(['generations are agreed'])
  })
})

describe('replies', () => {
  test('an answer out of turn is caught', () => {
    expect(
      broken((s) => {
        const beat = { group: 'g', member: 'a', generation: 1 }
        const first = s.ask('heartbeat', beat)
        s.call('heartbeat', beat, { error: 'NONE' })
        s.tell(first, { error: 'NONE' })
      }),
    ).toEqual(['replies are in order'])
  })

  test('silence is caught, unless the connection closed or nothing was to be answered', () => {
    const beat = { group: 'g', member: 'a', generation: 1 }
    expect(broken((s) => s.ask('heartbeat', beat))).toEqual(['every request is answered'])
    expect(broken((s) => (s.ask('heartbeat', beat), s.history.note('client', 'closed', { connection: 1 })))).toEqual([])
    expect(broken((s) => s.ask('produce', { acks: 0, batches: [] }))).toEqual([])
  })

  test('an answer that nobody waits for is caught', () => {
    expect(broken((s) => s.history.note('client', 'unasked', { correlation: 7 }))).toEqual([
      'nothing unasked is answered',
    ])
  })
})

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
