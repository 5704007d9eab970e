import { describe, expect, test } from 'vitest'
import { parseConsumed, parseProduced } from '../perf-programs.ts'

describe('what ProducerPerformance prints', () => {
  const plain =
    '300 records sent, 346.420323 records/sec (0.03 MB/sec), 281.72 ms avg latency, 847.00 ms max latency, ' +
    '285 ms 50th, 299 ms 95th, 302 ms 99th, 847 ms 99.9th.\n'
  const warmedUp = [
    'Warmup first 5000 records. Steady state results will print after the complete test summary.',
    'In steady state.',
    '8995 records sent, 2995.3 records/sec (0.29 MB/sec), 4.5 ms avg latency, 18.0 ms max latency.',
    '30000 records sent, 2994.609703 records/sec (0.29 MB/sec), 5.22 ms avg latency, 304.00 ms max latency, 5 ms 50th, 9 ms 95th, 31 ms 99th, 43 ms 99.9th.',
    '25000 steady state records sent, 2992.936669 records/sec (0.28 MB/sec), 4.65 ms avg latency, 82.00 ms max latency, 5 ms 50th, 7 ms 95th, 24 ms 99th, 44 ms 99.9th.',
    '',
  ].join('\n')

  test('is read from the line with the percentiles', () => {
    expect(parseProduced(plain)).toEqual({
      records: 300,
      recordsPerSecond: 346.420323,
      mebibytesPerSecond: 0.03,
      p50Ms: 285,
      p99Ms: 302,
      p999Ms: 847,
    })
  })

  test('is that of the records after the warm-up, where there was one', () => {
    expect(parseProduced(warmedUp)).toEqual({
      records: 25_000,
      recordsPerSecond: 2992.936669,
      mebibytesPerSecond: 0.28,
      p50Ms: 5,
      p99Ms: 24,
      p999Ms: 44,
    })
  })

  test('is nothing where a run was cut off before its summary', () => {
    expect(parseProduced(warmedUp.split('\n').slice(0, 3).join('\n'))).toBeUndefined()
  })
})

describe('what ConsumerPerformance prints', () => {
  const header =
    'start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec'
  const values =
    '2026-11-21 08:28:50:488, 2026-11-21 08:28:54:659, 2.8651, 0.6869, 30043, 7202.8291, 3962, 209, 13.7087, 143746.4115'

  test('is read by the names of its columns, after whatever came before', () => {
    expect(parseConsumed(`a warning\n${header}\n${values}\n\n`)).toEqual({
      records: 30_043,
      mebibytesPerSecond: 13.7087,
    })
  })

  test('is nothing where the values are missing', () => {
    expect(parseConsumed(`${header}\n`)).toBeUndefined()
    expect(parseConsumed('')).toBeUndefined()
  })
})
