// The error table.
import { expect, test } from 'vitest'
import { errorCode, errorName, errors, isRetriable, type ErrorName } from '../src/index.ts'

const all = Object.entries(errors)

test('every code from -1 to 133 has one name', () => {
  const codes = all.map(([, { code }]) => code)
  expect(codes).toEqual(Array.from({ length: 135 }, (_, i) => i - 1))
})

test('names and codes lead to each other', () => {
  expect(all.every(([name, { code }]) => errorName(code) === name && errorCode(name as ErrorName) === code)).toBe(true)
  expect(errorCode('NOT_COORDINATOR')).toBe(16)
})

test('a code that is not in the table has no name and is not tried again', () => {
  expect(errorName(9999)).toBeUndefined()
  expect(isRetriable(9999)).toBe(false)
})

test('what may pass is retriable, what will not is not', () => {
  expect(
    ['NOT_LEADER_OR_FOLLOWER', 'COORDINATOR_LOAD_IN_PROGRESS', 'UNKNOWN_TOPIC_ID'].map((name) =>
      isRetriable(errorCode(name as ErrorName)),
    ),
  ).toEqual([true, true, true])
  expect(
    ['NONE', 'UNKNOWN_MEMBER_ID', 'TOPIC_AUTHORIZATION_FAILED'].map((name) =>
      isRetriable(errorCode(name as ErrorName)),
    ),
  ).toEqual([false, false, false])
})
