// Version ranges.
import { expect, test } from 'vitest'
import { holds, parseVersions, type VersionSpec } from '../../src/schema/versions.ts'

test('ranges are read as Kafka writes them', () => {
  expect(parseVersions('3')).toEqual({ min: 3, max: 3 })
  expect(parseVersions('0-4')).toEqual({ min: 0, max: 4 })
  expect(parseVersions('2+')).toEqual({ min: 2, max: Infinity })
  expect(holds(parseVersions('none'), 0)).toBe(false)
  expect(holds(parseVersions('2-4'), 4)).toBe(true)
  expect(holds(parseVersions('2-4'), 5)).toBe(false)
})

test('anything else is refused by name', () => {
  expect(() => parseVersions('1.5' as VersionSpec)).toThrow(/'1.5'/)
  expect(() => parseVersions('-1' as VersionSpec)).toThrow(TypeError)
})
