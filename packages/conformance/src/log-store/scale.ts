// Many logs in one call, and a cost that follows the bytes returned: never the backlog, never the lag.

import assert from 'node:assert/strict'
import type { LogId } from '@jackdaw/ports'
import type { Law } from '../suite.ts'
import { testEntry } from '../test-entry.ts'
import type { LogStoreBench } from './bench.ts'
import { endsOf, readSome, sizeOf, takeOver, write } from './steps.ts'

/** Bytes that a call may move beside what it returns: an index page, a read-ahead. */
const OVERHEAD_BYTES = 64 * 1024

async function manyLogs(bench: LogStoreBench): Promise<LogId[]> {
  const store = await bench.store()
  const logs = Array.from({ length: Math.min(bench.scale.logs, bench.supports.maxLogs) }, (_, i) =>
    bench.logId(`l${i}`),
  )
  await store.create(logs.map((log, i) => ({ log, at: i })))
  return logs
}

const uncounted = ({ factory }: LogStoreBench): string | undefined =>
  factory.bytesRead ? undefined : 'the factory does not count bytesRead()'

export const scale: Law<LogStoreBench> = {
  law: 'scale',
  cases: [
    {
      name: 'many logs are created, opened, asked, written, read and removed in one call each',
      async run(bench) {
        const logs = await manyLogs(bench)
        const store = await bench.store()
        const answers = await store.open(logs.map((log) => ({ log, epoch: 1 })))
        const openings = answers.map((answer, i) => {
          assert.ok(answer.kind === 'OPENED' && answer.next === i, `${logs[i]!.name}: ${answer.kind}`)
          return answer.opening
        })
        const entries = logs.map((_, i) => testEntry({ at: i, seed: i + 1 }))
        const outcomes = store.append(logs.map((log, i) => ({ log, opening: openings[i]!, entries: [entries[i]!] })))
        const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind)
        assert.deepEqual([...new Set(kinds)], ['APPENDED'])
        const ends = await store.ends(logs)
        ends.forEach((end, i) => assert.deepEqual(end, { start: i, next: i + 1, bytes: 61 }))
        const read = await store.read(logs.map((log, i) => ({ log, from: i, maxBytes: 1 })))
        read.forEach((list, i) =>
          assert.ok(Buffer.concat(list[0]!.bytes).equals(Buffer.concat(entries[i]!.bytes)), `log ${i}`),
        )
        await store.remove(logs)
        assert.ok((await store.ends(logs)).every((end) => end === undefined))
      },
    },
    {
      name: 'a read moves what it returns and little more, wherever it begins',
      unfit: uncounted,
      async run(bench) {
        const store = await bench.store()
        const log = await bench.newLog()
        const writer = await takeOver(store, log)
        const total = bench.scale.entries
        for (let at = 0; at < total; at += 500) {
          const entries = Array.from({ length: Math.min(500, total - at) }, (_, i) =>
            testEntry({ at: at + i, payloadBytes: 960 }),
          )
          await write(store, log, writer, ...entries)
        }
        const reader = await bench.reopen()
        const counted = async (call: () => Promise<number>, what: string): Promise<void> => {
          const before = bench.factory.bytesRead!()
          const returned = await call()
          const moved = bench.factory.bytesRead!() - before
          assert.ok(moved <= returned + 1000 + OVERHEAD_BYTES, `${what} moved ${moved} bytes to return ${returned}`)
        }
        for (const from of [0, total >> 1, (total * 7) >> 3, total - 1]) {
          await counted(
            async () => (await readSome(reader, log, from, 10_000)).reduce((sum, entry) => sum + sizeOf(entry), 0),
            `a read from ${from}`,
          )
        }
        await counted(async () => (await endsOf(reader, log)) && 0, 'ends')
        await counted(async () => (await takeOver(reader, log)) && 0, 'open')
      },
    },
  ],
}
