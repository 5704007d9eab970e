import { expect, test } from 'vitest'
import { makeLog } from '../src/log.ts'
import type { LogLevel } from '../src/log.ts'

function lines(level: LogLevel): { log: ReturnType<typeof makeLog>; written: Record<string, unknown>[] } {
  const written: Record<string, unknown>[] = []
  return {
    log: makeLog(level, { write: (line) => written.push(JSON.parse(line) as Record<string, unknown>) }),
    written,
  }
}

test('a line has the field names of the Elastic Common Schema', () => {
  const { log, written } = lines('info')
  log.warn({ topic: 't' }, 'hello')
  expect(written).toEqual([
    {
      'log.level': 'warn',
      '@timestamp': expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      topic: 't',
      message: 'hello',
    },
  ])
})

test('an error tells its cause, and what is below the level is not written', () => {
  const { log, written } = lines('error')
  log.warn('not this')
  log.error({ error: new Error('outer', { cause: new Error('inner') }) }, 'broke')
  expect(written).toMatchObject([{ message: 'broke', error: { message: 'outer', cause: { message: 'inner' } } }])
})
