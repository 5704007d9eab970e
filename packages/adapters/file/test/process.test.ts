// The real file system and real processes: kills, a directory that somebody else has, many logs.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { testEntry } from '@jackdaw/conformance'
import type { LogId } from '@jackdaw/ports'
import { describe, expect, test } from 'vitest'
import { DirectoryInUse } from '../src/index.ts'
import { openStore, small, testDirectory } from './support.ts'

const appender = join(import.meta.dirname, 'appender.ts')
const logCount = 6
const logs: readonly LogId[] = Array.from({ length: logCount }, (_, i) => ({ id: `id ${i}`, name: `log-${i}` }))

/** Starts the appending process; `acked` is the end of each log that it has said to be acknowledged. */
async function startAppender(directory: string, acked: number[]) {
  const child = spawn(process.execPath, ['--conditions=source', appender, directory, String(logCount)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const ready = Promise.withResolvers<void>()
  let count = 0
  let wanted = Promise.withResolvers<void>()
  let enough = Infinity
  lines.on('line', (line) => {
    if (line === 'ready') return ready.resolve()
    const [log, next] = line.split(' ').map(Number)
    acked[log!] = next!
    if (++count >= enough) wanted.resolve()
  })
  child.on('exit', () => ready.reject(new Error('the appender has ended')))
  await ready.promise
  return {
    acknowledged: (more: number) => {
      wanted = Promise.withResolvers()
      enough = count + more
      return wanted.promise
    },
    kill: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
      // What it had written before it died is still to be read.
      lines.close()
    },
  }
}

describe('a process that is killed while it appends', () => {
  test('has lost nothing that it had acknowledged, however often', { timeout: 120_000 }, async () => {
    using directory = testDirectory()
    const acked = logs.map(() => 0)
    for (let round = 0; round < 4; round++) {
      const child = await startAppender(directory.path, acked)
      await child.acknowledged(300 + 100 * round)
      await child.kill()
    }
    await using store = await openStore(directory.path, small)
    const ends = await store.logs.ends(logs)
    for (const [i, log] of logs.entries()) {
      const { next } = ends[i]!
      assert.ok(next >= acked[i]!, `${log.name} ends at ${next}, ${acked[i]} was acknowledged`)
      let expected = 0
      while (expected < next) {
        const [entries = []] = await store.logs.read([{ log, from: expected, maxBytes: 1e6 }])
        assert.ok(entries.length > 0)
        for (const entry of entries) {
          const at = expected++
          const payloadBytes = at % 10 === 9 ? 70_000 : 21 + ((at * 7919) % 3000)
          const stored = testEntry({ at, seed: at + 1, payloadBytes })
          assert.ok(Buffer.concat(entry.bytes).equals(Buffer.concat(stored.bytes)), `${log.name} at ${at}`)
        }
      }
    }
    expect(Math.min(...acked)).toBeGreaterThan(0)
  })

  test('holds its directory until then, and not a moment longer', async () => {
    using directory = testDirectory()
    const child = await startAppender(directory.path, [])
    await assert.rejects(openStore(directory.path, small), (error: Error) => {
      assert.ok(error instanceof DirectoryInUse)
      assert.match(error.message, /in use by process \d+ on/)
      return true
    })
    await child.kill()
    await using store = await openStore(directory.path, small)
    assert.ok((await store.logs.ends(logs))[0])
  })
})

describe('a directory', () => {
  test('is open once at a time in one process too', async () => {
    using directory = testDirectory()
    const store = await openStore(directory.path, small)
    await assert.rejects(openStore(directory.path, small), DirectoryInUse)
    await store[Symbol.asyncDispose]()
    await using again = await openStore(directory.path, small)
    expect(again.incarnation).toBe(store.incarnation)
  })

  test('is not held by what a dead process has left in it', async () => {
    using directory = testDirectory()
    const store = await openStore(directory.path, small)
    await store[Symbol.asyncDispose]()
    // The process number of a living process that is not ours: this one's parent.
    writeFileSync(join(directory.path, '.jackdaw/owner'), `process ${process.ppid} on elsewhere\n`)
    await using again = await openStore(directory.path, small)
    assert.match(readFileSync(join(directory.path, '.jackdaw/owner'), 'utf8'), new RegExp(`process ${process.pid} `))
    expect(again.incarnation).toBe(store.incarnation)
  })

  test('of thousands of logs keeps few files open and gives all of them back', { timeout: 120_000 }, async () => {
    using directory = testDirectory()
    const many: readonly LogId[] = Array.from({ length: 2000 }, (_, i) => ({ id: `many ${i}`, name: `many-${i}` }))
    const options = { openFiles: 64 }
    const store = await openStore(directory.path, options)
    await store.logs.create(many.map((log) => ({ log })))
    const opened = await store.logs.open(many.map((log) => ({ log, epoch: 1 })))
    const writes = many.map((log, i) => {
      const writer = opened[i]!
      assert.equal(writer.kind, 'OPENED')
      return { log, opening: writer.opening, entries: [testEntry({ at: 0, seed: i + 1 })] }
    })
    const outcomes = await Promise.all(store.logs.append(writes))
    assert.ok(outcomes.every(({ kind }) => kind === 'APPENDED'))
    await store[Symbol.asyncDispose]()

    await using again = await openStore(directory.path, options)
    const ends = await again.logs.ends(many)
    assert.ok(ends.every((end) => end?.next === 1))
    const reads = await again.logs.read(many.map((log) => ({ log, from: 0, maxBytes: 100 })))
    assert.ok(
      reads.every((entries, i) => Buffer.concat(entries[0]!.bytes).equals(Buffer.concat(writes[i]!.entries[0]!.bytes))),
    )
    const open = existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd') : []
    expect(open.length).toBeLessThan(200)
  })
})
