// A scan tells of each entry without its payload, as the log stood when it began. (That it tells of the entries that `read`
// hands out is compared wherever a case looks at a whole log.)

import assert from 'node:assert/strict'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { scanAll, takeOver, write } from './steps.ts'

async function backlog(bench: LogStoreBench, count: number) {
  const store = await bench.store()
  const log = await bench.newLog()
  const writer = await takeOver(store, log)
  const entries = Array.from({ length: count }, (_, i) =>
    testEntry({ at: 3 * i, next: 3 * i + 3, time: (i * 7919) % 1000, payloadBytes: 21 + (i % 50) }),
  )
  await write(store, log, writer, ...entries)
  return { store, log, writer, entries }
}

export const scans: Law<LogStoreBench> = {
  law: 'scans',
  cases: [
    {
      name: 'a scan begins with the entry that holds the offset and tells place, time and size',
      async run(bench) {
        const { store, log, entries } = await backlog(bench, 100)
        const infos = entries.map(({ at, next, time, bytes }) => ({ at, next, time, size: bytes[0]!.length }))
        for (const from of [0, 1, 3, 149, 150, 299]) {
          const found = (await scanAll(store, log, from)).map(({ at, next, time, size }) => ({ at, next, time, size }))
          assert.deepEqual(found, infos.slice(Math.floor(from / 3)))
        }
      },
    },
    {
      name: 'a scan does not run after what is appended meanwhile',
      async run(bench) {
        const { store, log, writer } = await backlog(bench, 1500)
        let next = 4500
        let seen = 0
        for await (const info of store.scan(log, 0)) {
          assert.equal(info.at, 3 * seen++)
          if (seen % 100 === 0) await write(store, log, writer, testEntry({ at: next, next: next + 3 }))
          if (seen % 100 === 0) next += 3
        }
        assert.equal(seen, 1500)
      },
    },
    {
      name: 'a scan may be left early',
      async run(bench) {
        const { store, log, writer } = await backlog(bench, 1500)
        for (let i = 0; i < 20; i++) {
          for await (const info of store.scan(log, 30)) {
            assert.equal(info.at, 30)
            break
          }
        }
        await write(store, log, writer, testEntry({ at: 4500 }))
      },
    },
    {
      name: 'a log that the store does not hold has nothing to tell',
      async run(bench) {
        const store = await bench.store()
        assert.deepEqual(await scanAll(store, bench.logId('absent')), [])
        assert.equal(await store.findByTime(bench.logId('absent'), 0), undefined)
      },
    },
  ],
}
