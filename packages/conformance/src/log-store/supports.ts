// What a store says of itself is complete, possible, and the same each time it is opened.

import assert from 'node:assert/strict'
import type { LogStoreSupports } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import type { LogStoreBench } from './bench.ts'

type Check = (value: unknown) => boolean

const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string)
const whole =
  (least: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= least

const CHECKS: { readonly [Key in keyof LogStoreSupports]: Check } = {
  scope: oneOf('process', 'host', 'shared'),
  durability: oneOf('D0', 'D1', 'D2', 'D3', 'D4'),
  durabilityReason: (value) => typeof value === 'string' && value.trim().length >= 10,
  largestEntry: whole(1024),
  maxLogs: (value) => value === Infinity || whole(1)(value),
  flushesInFlight: whole(1),
  pipelined: (value) => typeof value === 'boolean',
  bestFlushBytes: whole(1),
  bestLingerMs: (value) => Number.isFinite(value) && (value as number) >= 0,
}

export const supports: Law<LogStoreBench> = {
  law: 'supports',
  cases: [
    {
      name: 'every property is there and can be true',
      async run(bench) {
        const said = (await bench.store()).supports
        for (const [key, check] of Object.entries(CHECKS)) {
          const value = said[key as keyof LogStoreSupports]
          assert.ok(check(value), `supports.${key} is ${String(value)}`)
        }
      },
    },
    {
      name: 'it is the same each time and for each instance',
      async run(bench) {
        const said = { ...(await bench.store()).supports }
        assert.deepEqual({ ...(await bench.rival()).supports }, said)
        assert.deepEqual({ ...(await bench.reopen()).supports }, said)
      },
    },
  ],
}
