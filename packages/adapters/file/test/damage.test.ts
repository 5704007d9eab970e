// Bytes that are not what was stored: a torn end of the journal is cut, damage is refused and named, and in no case is
// anything served that was not stored. Every length and every byte is tried.
import assert from 'node:assert/strict'
import { batchFraming } from '@jackdaw/protocol'
import { CorruptLog } from '@jackdaw/ports'
import type { Entry, LogId } from '@jackdaw/ports'
import { describe, expect, test } from 'vitest'
import { openFileStore, UnreadableStore } from '../src/index.ts'
import type { FileStore, FileStoreOptions } from '../src/index.ts'
import { batchEntry } from './batches.ts'
import { FaultFiles } from './fault-files.ts'

const log: LogId = { id: 'id', name: 'topic-0' }
const segmentPath = '/data/topic-0/00000000000000000000.log'
const journalPath = '/data/.jackdaw/journal/0001.journal'
const journalStart = 4096

const openIn = (files: FaultFiles, options: Partial<FileStoreOptions> = {}): Promise<FileStore> =>
  openFileStore({
    directory: '/data',
    framing: batchFraming,
    journalFileBytes: 256 * 1024,
    ...options,
    files: files.process(),
  })

/** A store with so many appended entries, left as a kill leaves it or closed. */
async function stored(
  entries: readonly Entry[],
  end: 'killed' | 'closed',
  options: Partial<FileStoreOptions> = {},
): Promise<FaultFiles> {
  const files = new FaultFiles()
  const store = await openIn(files, options)
  await store.logs.create([{ log }])
  const [opened] = await store.logs.open([{ log, epoch: 1 }])
  assert.equal(opened?.kind, 'OPENED')
  for (const entry of entries) {
    assert.equal((await store.logs.append([{ log, opening: opened.opening, entries: [entry] }])[0])?.kind, 'APPENDED')
  }
  if (end === 'closed') await store[Symbol.asyncDispose]()
  else files.kill()
  return files
}

const ten = Array.from({ length: 10 }, (_, i) => batchEntry(2 * i, 2, 1000 + i))
const textOf = (entries: readonly Entry[]) => entries.map(({ bytes }) => Buffer.concat(bytes).toString('hex'))
const expected = textOf(ten)

type Look = { readonly refused: Error } | { readonly entries: readonly Entry[] }

/** What a broker finds: entries as long as they are what they say, or an error that names what is wrong. */
async function look(files: FaultFiles, options: Partial<FileStoreOptions> = {}): Promise<Look> {
  try {
    const store = await openIn(files, options)
    try {
      const entries: Entry[] = []
      for (;;) {
        const [more = []] = await store.logs.read([{ log, from: entries.at(-1)?.next ?? 0, maxBytes: 1e9 }])
        if (more.length === 0) return { entries }
        entries.push(...more)
      }
    } finally {
      files.kill()
    }
  } catch (error) {
    if (error instanceof CorruptLog || error instanceof UnreadableStore) return { refused: error }
    throw error
  }
}

/** Where the groups of the journal begin, and where the last one ends. */
function groupsIn(journal: Buffer): number[] {
  const starts = [journalStart]
  while (journal.readUInt32LE(starts.at(-1)!) !== 0)
    starts.push(starts.at(-1)! + journal.readUInt32LE(starts.at(-1)! + 8))
  return starts
}

describe('the journal', () => {
  test('cut anywhere in its last three groups leaves the groups before the cut', async () => {
    const files = await stored(ten, 'killed')
    const journal = files.bytes(journalPath)
    const groups = groupsIn(journal)
    const end = groups.at(-1)!
    for (let length = groups.at(-4)!; length < end; length++) {
      const copy = files.copy()
      const cut = Buffer.alloc(journal.length)
      journal.copy(cut, 0, 0, length)
      // Half of them as a file that ends there, half as one that goes on with zeros.
      copy.put(journalPath, length % 2 === 0 ? cut : cut.subarray(0, length))
      const found = await look(copy)
      // With zeros behind the cut a group that ends with zeros lacks nothing.
      const isWhole = (end: number) =>
        end <= length || (length % 2 === 0 && cut.subarray(0, end).equals(journal.subarray(0, end)))
      const whole = groups.filter(isWhole).length - 1
      assert.ok('entries' in found)
      assert.deepEqual(textOf(found.entries), expected.slice(0, whole - 2), `cut at ${length}`)
    }
  })

  test('with any byte changed is refused, or loses its last group, or does not mind', async () => {
    const files = await stored(ten, 'killed')
    const journal = files.bytes(journalPath)
    const end = groupsIn(journal).at(-1)!
    const verdicts = { refused: 0, last: 0, same: 0 }
    for (let at = 0; at < end; at += at === 64 ? journalStart - 64 : 1) {
      const copy = files.copy()
      const damaged = Buffer.from(journal)
      damaged[at]! ^= 1 << (at % 8)
      copy.put(journalPath, damaged)
      const found = await look(copy)
      if ('refused' in found) {
        assert.ok(
          found.refused instanceof UnreadableStore && found.refused.message.includes(journalPath),
          String(found.refused),
        )
        verdicts.refused++
      } else if (found.entries.length === ten.length) {
        assert.deepEqual(textOf(found.entries), expected)
        assert.ok(at < journalStart, `byte ${at} is part of a group`)
        verdicts.same++
      } else {
        assert.deepEqual(textOf(found.entries), expected.slice(0, -1), `byte ${at}`)
        assert.ok(at >= groupsIn(journal).at(-2)!, `byte ${at} is not in the last group`)
        verdicts.last++
      }
    }
    expect(verdicts.refused).toBeGreaterThan(500)
    expect(verdicts.last).toBeGreaterThan(100)
  })

  test('that has lost a file in the middle is refused', async () => {
    const many = Array.from({ length: 60 }, (_, i) => batchEntry(2 * i, 2, i, 20_000))
    const options = { directBytes: 1e6, tailBytes: 1e9 }
    const files = await stored(many, 'killed', options)
    const names = files.paths().filter((path) => path.endsWith('.journal'))
    expect(names.length).toBeGreaterThan(1)
    const intact = await look(files.copy(), options)
    assert.ok('entries' in intact && intact.entries.length === many.length)
    // Without its catalogue's sequence the first file is needed: an older catalogue takes the place of a lost checkpoint.
    const copy = files.copy()
    const bytes = copy.bytes(names[1]!)
    const broken = Buffer.from(bytes)
    broken.fill(0, 0, journalStart)
    copy.put(names[1]!, broken)
    const found = await look(copy, options)
    assert.ok('refused' in found, 'a file without a header was passed over')
    assert.match(found.refused.message, /header is not whole/)
  })
})

/** What may be served of damaged bytes: what was stored, or nothing; or bytes that a broker sees to be damaged by their checksum. */
function assertHonest(found: Look, what: string): 'refused' | 'noticed' | 'same' {
  if ('refused' in found) {
    assert.ok(found.refused instanceof CorruptLog, String(found.refused))
    return 'refused'
  }
  assert.equal(found.entries.length, ten.length, `${what}: an entry is missing`)
  let verdict: 'noticed' | 'same' = 'same'
  for (const [i, entry] of found.entries.entries()) {
    const bytes = Buffer.concat(entry.bytes)
    if (bytes.toString('hex') === expected[i]) continue
    // Bytes 12 to 15 are the leader epoch, which no checksum of a batch covers: the broker knows which epochs there were.
    const stored = Buffer.from(expected[i]!, 'hex')
    const onlyEpoch = bytes.every((byte, at) => byte === stored[at] || (at >= 12 && at < 16))
    assert.ok(
      onlyEpoch || batchFraming.frame(bytes, true) === 'CORRUPT',
      `${what}: another entry is served at ${entry.at}`,
    )
    assert.equal(entry.at, ten[i]!.at)
    verdict = 'noticed'
  }
  return verdict
}

describe('a segment', () => {
  test('with any byte changed never gives another entry, nor one less', async () => {
    const files = await stored(ten, 'closed')
    const segment = files.bytes(segmentPath)
    const verdicts = { refused: 0, noticed: 0, same: 0 }
    for (let at = 0; at < segment.length; at++) {
      for (const bit of [at % 8, (at + 3) % 8]) {
        const copy = files.copy()
        const damaged = Buffer.from(segment)
        damaged[at]! ^= 1 << bit
        copy.put(segmentPath, damaged)
        verdicts[assertHonest(await look(copy), `bit ${bit} of byte ${at}`)]++
      }
    }
    expect(verdicts.refused).toBeGreaterThan(300)
    expect(verdicts.noticed).toBeGreaterThan(300)
    expect(verdicts.same).toBe(0)
  })

  test('cut at any length is refused by the read that meets the end', async () => {
    const files = await stored(ten, 'closed')
    const segment = files.bytes(segmentPath)
    for (let length = 0; length < segment.length; length++) {
      const copy = files.copy()
      copy.put(segmentPath, segment.subarray(0, length))
      const found = await look(copy)
      assert.ok('refused' in found && found.refused instanceof CorruptLog, `length ${length}`)
    }
  })

  test('that was written directly and is damaged before a checkpoint is found out by the start after a crash', async () => {
    const files = await stored(ten, 'killed', { directBytes: 1 })
    const segment = files.bytes(segmentPath)
    for (let at = 0; at < segment.length; at += 7) {
      const copy = files.copy()
      const damaged = Buffer.from(segment)
      damaged[at]! ^= 1 << (at % 8)
      copy.put(segmentPath, damaged)
      const found = await look(copy)
      assert.ok('refused' in found && found.refused instanceof CorruptLog, `byte ${at}`)
      assert.match(found.refused.message, /topic-0/)
    }
  })

  test('that is gone is refused, and other logs are not', async () => {
    const files = await stored(ten, 'closed')
    const store = await openIn(files)
    const other: LogId = { id: 'other', name: 'other-0' }
    await store.logs.create([{ log: other }])
    await store[Symbol.asyncDispose]()
    const copy = files.copy()
    await copy.process().remove(segmentPath)
    const again = await openIn(copy)
    await assert.rejects(again.logs.read([{ log, from: 0, maxBytes: 1 }]), CorruptLog)
    assert.deepEqual(await again.logs.read([{ log: other, from: 0, maxBytes: 1 }]), [[]])
  })
})

describe('files of the store itself', () => {
  test.for(['catalogue', 'format'])('%s: with any byte changed the store is refused by name', async (name) => {
    const files = await stored(ten, 'closed')
    const path = `/data/.jackdaw/${name}`
    const bytes = files.bytes(path)
    for (let at = 0; at < bytes.length; at++) {
      const copy = files.copy()
      const damaged = Buffer.from(bytes)
      damaged[at]! ^= 1 << (at % 8)
      copy.put(path, damaged)
      const found = await look(copy)
      assert.ok('refused' in found && found.refused instanceof UnreadableStore, `byte ${at}`)
      assert.ok(found.refused.message.includes(path))
    }
  })

  test('of a version that this release does not know are refused by name and version', async () => {
    const files = await stored(ten, 'closed')
    for (const name of ['catalogue', 'format']) {
      const path = `/data/.jackdaw/${name}`
      const copy = files.copy()
      copy.put(path, Buffer.from(copy.bytes(path).toString('latin1').replace(' 1 ', ' 2 '), 'latin1'))
      const found = await look(copy)
      assert.ok('refused' in found)
      assert.match(found.refused.message, new RegExp(`${name} is of version 2`))
    }
  })

  test('a catalogue that is gone is not made anew', async () => {
    const files = await stored(ten, 'closed')
    await files.process().remove('/data/.jackdaw/catalogue')
    const found = await look(files)
    assert.ok('refused' in found && found.refused instanceof UnreadableStore)
  })

  test('a format file that is gone is not made anew', async () => {
    const files = await stored(ten, 'closed')
    await files.process().remove('/data/.jackdaw/format')
    const found = await look(files)
    assert.ok('refused' in found && found.refused instanceof UnreadableStore)
    assert.match(found.refused.message, /format is gone/)
  })

  test('a directory with somebody else in it is refused and left alone', async () => {
    const files = new FaultFiles()
    files.put('/data/orders-0/00000000000000000000.log', Buffer.from('whose is this'))
    await assert.rejects(openIn(files), UnreadableStore)
    assert.deepEqual(files.paths(), ['/data/orders-0/00000000000000000000.log'])
  })
})
