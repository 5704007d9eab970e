// `advanced` is a hint: nothing rests on it, but it ends when it is told to, and it is no use if it never comes.

import assert from 'node:assert/strict'
import type { LogId, LogStore } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { beside, soon, takeOver, write } from './steps.ts'

/** Listens until `stop`, and tells which logs were hinted at. */
function listen(store: LogStore, logs: readonly LogId[]) {
  const stop = new AbortController()
  const heard: LogId[] = []
  let onHint = (): void => undefined
  const ended = beside(async () => {
    for await (const hinted of store.advanced(logs, stop.signal)) {
      heard.push(...hinted)
      onHint()
    }
  })
  const hint = (): Promise<void> => new Promise((resolve) => (onHint = resolve))
  return { heard, ended, hint, stop: () => stop.abort() }
}

export const hints: Law<LogStoreBench> = {
  law: 'hints',
  cases: [
    {
      name: 'listening ends when the signal aborts, whether or not anything was heard',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const silent = listen(store, [log])
        await new Promise((resolve) => setImmediate(resolve))
        silent.stop()
        await soon(silent.ended, 'listening ended')
        for await (const _ of store.advanced([log], AbortSignal.abort())) assert.fail('a hint after the abort')
      },
    },
    {
      name: 'of many appends some are hinted at, to every listener, and of no log that was not asked for',
      async run(bench) {
        const [store, reader] = [await bench.store(), await bench.rival()]
        const [log, other] = [await bench.newLog({ name: 'heard' }), await bench.newLog({ name: 'unheard' })]
        const [writer, otherWriter] = [await takeOver(store, log), await takeOver(store, other)]
        const listeners = [listen(reader, [log]), listen(reader, [log]), listen(store, [log])]
        let waiting = true
        const allHeard = Promise.all(listeners.map(({ hint }) => hint())).then(() => (waiting = false))
        for (let at = 0; waiting && at < 100; at++) {
          await write(store, log, writer, testEntry({ at }))
          await write(store, other, otherWriter, testEntry({ at }))
          await Promise.race([allHeard, new Promise((resolve) => setTimeout(resolve, 10))])
        }
        assert.ok(!waiting, 'of 100 appends none was hinted at')
        for (const { heard, stop, ended } of listeners) {
          stop()
          await soon(ended, 'listening ended')
          assert.deepEqual(new Set(heard.map(({ id }) => id)), new Set([log.id]))
        }
      },
    },
    {
      name: 'a listener may stop, or ask for logs that are not there',
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const stop = new AbortController()
        const iterator = store.advanced([log, bench.logId('absent')], stop.signal)[Symbol.asyncIterator]()
        const first = iterator.next()
        for (let at = 0; at < 20; at++) await write(store, log, writer, testEntry({ at }))
        stop.abort()
        await first
        assert.equal((await iterator.next()).done, true)
        await iterator.return?.()
      },
    },
  ],
}
