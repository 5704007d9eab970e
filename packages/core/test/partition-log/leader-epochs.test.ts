import { describe, expect, test } from 'vitest'

import { endOfEpoch, epochAt, noteEpoch, trimEpochs, type LeaderEpochs } from '../../src/partition-log/leader-epochs.ts'

/** Epoch 2 wrote [0, 10), epoch 5 wrote [10, 25), epoch 6 leads and has written up to 30. */
const epochs = (): LeaderEpochs => {
  const noted: LeaderEpochs = []
  noteEpoch(noted, 2, 0)
  noteEpoch(noted, 5, 10)
  noteEpoch(noted, 5, 20)
  noteEpoch(noted, 6, 25)
  return noted
}
const end = (epoch: number, of = epochs()) => endOfEpoch(of, 6, epoch, 30)

describe('where a leader epoch ended', () => {
  test('the current epoch ends at the log end', () => expect(end(6)).toEqual({ epoch: 6, endOffset: 30 }))
  test('an earlier epoch ends where the next one began', () => expect(end(2)).toEqual({ epoch: 2, endOffset: 10 }))
  test('an epoch that wrote nothing ends where the one below it did', () =>
    expect(end(4)).toEqual({ epoch: 2, endOffset: 10 }))
  test('an epoch above the current one is unknown', () => expect(end(7)).toEqual({ epoch: -1, endOffset: -1 }))
  test('an epoch older than the log ends at the log start', () => {
    const kept = epochs()
    trimEpochs(kept, 12)
    expect(end(2, kept)).toEqual({ epoch: 2, endOffset: 10 })
  })
})

test('an offset belongs to the epoch that began at or before it', () => {
  expect([0, 9, 10, 24, 25, 29].map((offset) => epochAt(epochs(), offset))).toEqual([2, 2, 5, 5, 6, 6])
})
