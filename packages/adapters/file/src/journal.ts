// The journal: a few preallocated files, written in turn and used again once a checkpoint has made them needless. One call
// makes one group durable with one system call. A group is in one file whole; there is never more than one under way.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { FileSystem, OpenFile } from './files.ts'
import { writeAll } from './files.ts'
import { encodeGroup, groupHeaderBytes, nonceBytes, recordSize } from './journal-record.ts'
import type { EncodedGroup, JournalRecord } from './journal-record.ts'

//   file   "JACKDAWJ" | version u32 | crc u32 of what follows | nonce 8 bytes | first sequence f64 | zeros up to 4096 | groups…
export const fileHeaderBytes = 4096
const mark = Buffer.from('JACKDAWJ', 'latin1')
const version = 1

export interface JournalHeader {
  readonly nonce: Buffer
  readonly firstSequence: number
}

export function encodeJournalHeader(nonce: Uint8Array, firstSequence: number): Buffer {
  const bytes = Buffer.alloc(fileHeaderBytes)
  mark.copy(bytes)
  bytes.writeUInt32LE(version, 8)
  bytes.set(nonce, 16)
  bytes.writeDoubleLE(firstSequence, 24)
  bytes.writeUInt32LE(crc32(bytes.subarray(16, 32)), 12)
  return bytes
}

/** 'UNUSED' where no header stands; a number is the version of a header that this release does not know. */
export function decodeJournalHeader(bytes: Buffer): JournalHeader | 'UNUSED' | number {
  if (bytes.length < 32 || !mark.equals(bytes.subarray(0, mark.length))) return 'UNUSED'
  if (crc32(bytes.subarray(16, 32)) !== bytes.readUInt32LE(12)) return 'UNUSED'
  const found = bytes.readUInt32LE(8)
  if (found !== version) return found
  return { nonce: bytes.subarray(16, 16 + nonceBytes), firstSequence: bytes.readDoubleLE(24) }
}

export interface JournalOptions {
  readonly fileBytes: number
  readonly maxFiles: number
  /** False: a group counts as appended once the operating system has it. */
  readonly durable: boolean
}

interface JournalFile {
  readonly path: string
  /** For groups: a write there is durable when it resolves. */
  readonly file: OpenFile
  /** For zeros ahead of them: many writes, one sync. */
  readonly filler: OpenFile
  /** Up to here it is allocated, so that a write there needs no metadata. */
  filled: number
  lastSequence: number
}

/** No file of the journal is free, and no further one is allowed or has room. A checkpoint helps. */
export class JournalFull extends Error {
  override readonly name = 'JournalFull'
}

// Zeros are written ahead of the groups in steps: a first start does not wait for a whole file of them.
const fillBytes = 1 << 20
const zeros = Buffer.alloc(256 << 10)
// What only changes (a trim above all) may still use when writes find the file full: a trim is what makes room again.
const slackBytes = 64 << 10

export class Journal {
  readonly #files: FileSystem
  readonly #directory: string
  readonly #options: JournalOptions
  readonly #spare: JournalFile[] = []
  readonly #sealed: JournalFile[] = []
  #active: JournalFile | undefined
  #nonce: Uint8Array = new Uint8Array(nonceBytes)
  #position = 0
  #sequence: number
  #filling: Promise<void> = Promise.resolve()
  #closed = false

  private constructor(files: FileSystem, directory: string, sequence: number, options: JournalOptions) {
    this.#files = files
    this.#directory = directory
    this.#sequence = sequence
    this.#options = options
  }

  /** A journal that goes on behind `sequence`. `inUse`: files that are still needed, with their last sequence. */
  static async open(
    files: FileSystem,
    directory: string,
    sequence: number,
    inUse: ReadonlyMap<string, number>,
    options: JournalOptions,
  ): Promise<Journal> {
    const journal = new Journal(files, directory, sequence, options)
    for (const path of await journalFiles(files, directory)) {
      const { file, filler } = await journal.#openFile(path)
      const lastSequence = inUse.get(path) ?? 0
      const list = lastSequence > 0 ? journal.#sealed : journal.#spare
      list.push({ path, file, filler, filled: await file.size(), lastSequence })
    }
    return journal
  }

  get sequence(): number {
    return this.#sequence
  }

  /** Bytes that a group may have at most. */
  get largestGroup(): number {
    return this.#options.fileBytes - fileHeaderBytes - slackBytes
  }

  /** Whether a checkpoint would free files: at least one is full. */
  get wantsCheckpoint(): boolean {
    return this.#sealed.length > 0
  }

  /** Makes sure that `records` fit; throws {@link JournalFull} or what the file system says where there is no room. */
  async makeRoom(records: readonly JournalRecord[]): Promise<void> {
    let size = groupHeaderBytes
    let changesOnly = true
    for (const record of records) {
      size += recordSize(record)
      if (record.kind !== 'CHANGE') changesOnly = false
    }
    const limit = this.#options.fileBytes - (changesOnly ? 0 : slackBytes)
    if (!this.#active || this.#position + size > limit) await this.#turnOver()
    await this.#fill(this.#active!, this.#position + size)
  }

  /** Appends one group behind all others. Room was made. After a rejection nothing may be appended any more. */
  async append(records: readonly JournalRecord[]): Promise<EncodedGroup> {
    const active = this.#active!
    const group = encodeGroup(this.#sequence + 1, this.#nonce, records)
    await writeAll(active.file, [group.bytes], this.#position)
    this.#position += group.bytes.length
    this.#sequence++
    active.lastSequence = this.#sequence
    return group
  }

  /** A checkpoint holds all up to `sequence`: files that end by then are free. */
  recycle(sequence: number): void {
    for (let i = this.#sealed.length - 1; i >= 0; i--) {
      if (this.#sealed[i]!.lastSequence <= sequence) this.#spare.push(...this.#sealed.splice(i, 1))
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#filling.catch(() => {})
    const all = [...this.#spare, ...this.#sealed, ...(this.#active ? [this.#active] : [])]
    await Promise.all(all.flatMap(({ file, filler }) => [file.close(), filler.close()]))
  }

  async #turnOver(): Promise<void> {
    await this.#filling
    const next = this.#spare.pop() ?? (await this.#addFile())
    const nonce = randomBytes(nonceBytes)
    try {
      await this.#fill(next, fileHeaderBytes)
      await writeAll(next.file, [encodeJournalHeader(nonce, this.#sequence + 1)], 0)
    } catch (error) {
      this.#spare.push(next)
      throw error
    }
    if (this.#active) this.#sealed.push(this.#active)
    this.#active = next
    this.#nonce = nonce
    this.#position = fileHeaderBytes
  }

  async #addFile(): Promise<JournalFile> {
    const count = this.#sealed.length + (this.#active ? 1 : 0)
    if (count >= this.#options.maxFiles) throw new JournalFull('every file of the journal waits for a checkpoint')
    const names = new Set(await this.#files.list(this.#directory))
    let number = 1
    while (names.has(nameOf(number))) number++
    const path = join(this.#directory, nameOf(number))
    const { file, filler } = await this.#openFile(path)
    await this.#files.syncDirectory(this.#directory)
    return { path, file, filler, filled: 0, lastSequence: 0 }
  }

  async #openFile(path: string): Promise<Pick<JournalFile, 'file' | 'filler'>> {
    const file = await this.#files.open(path, this.#options.durable ? 'through' : 'write')
    return { file, filler: await this.#files.open(path, 'write') }
  }

  /** Waits until the file is allocated up to `to`, and sees to it that it goes on being allocated ahead of the writes. */
  async #fill(target: JournalFile, to: number): Promise<void> {
    while (target.filled < to) {
      await this.#filling
      if (target.filled < to) await (this.#filling = this.#fillStep(target, to))
    }
    const ahead = Math.min(to + 2 * fillBytes, this.#options.fileBytes)
    if (target.filled < ahead) {
      const before = this.#filling
      // Its failure is met again by the write that needs the room.
      this.#filling = before.then(() => this.#fillStep(target, ahead)).catch(() => {})
    }
  }

  /** At least up to `to`: a group that is larger than a file makes its file larger. */
  async #fillStep(target: JournalFile, to: number): Promise<void> {
    const end = Math.max(to, Math.min(target.filled + fillBytes, this.#options.fileBytes))
    if (this.#closed || target.filled >= end) return
    const step: Uint8Array[] = []
    for (let left = end - target.filled; left > 0; left -= zeros.length) step.push(zeros.subarray(0, left))
    await writeAll(target.filler, step, target.filled)
    if (this.#options.durable) await target.filler.sync()
    target.filled = end
  }
}

const nameOf = (number: number): string => `${String(number).padStart(4, '0')}.journal`

export async function journalFiles(files: FileSystem, directory: string): Promise<readonly string[]> {
  const names = await files.list(directory)
  return names.filter((name) => name.endsWith('.journal')).map((name) => join(directory, name))
}
