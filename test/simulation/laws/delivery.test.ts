// The laws of records on hand-made histories, both ways: what they must let pass and what they must catch, by name.
import { describe, expect, test } from 'vitest'
import { broken } from './script.ts'

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
