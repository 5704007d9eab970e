import { expect, test } from 'vitest'

import { lazyNative, tryNative } from '../../src/records/native.ts'
import { expectError } from './support.ts'

test('a library without a build for this platform is missed when it is used, not when it is named', () => {
  const library = lazyNative('jackdaw-has-no-such-library')
  expectError('CODEC_UNAVAILABLE', library)
  expect(library).toThrow(/jackdaw-has-no-such-library/)
})

test('a library that can be done without is undefined where it is missing', () => {
  expect(tryNative('jackdaw-has-no-such-library')).toBeUndefined()
})
