// Open files of the segments: a bounded number, the least recently used are closed. A file with bytes that were not synced
// is synced before it is closed: an error of a later write-back would otherwise be told to nobody.
import type { FileSystem, OpenFile } from './files.ts'
import { writeAll } from './files.ts'

interface Slot {
  readonly key: string
  readonly opened: Promise<OpenFile>
  users: number
  /** Told when nobody uses it any more. */
  onIdle: () => void
  dirty: boolean
  /** A sync failed: the system takes what it could not store for stored now, and a second sync would succeed. */
  poison: unknown
}

export class FilePool {
  readonly #files: FileSystem
  readonly #max: number
  readonly #durable: boolean
  readonly #onFailure: (error: unknown) => void
  // In order of use: a Map keeps the order of insertion.
  readonly #slots = new Map<string, Slot>()
  readonly #closing = new Set<Promise<void>>()

  /** `onFailure` hears of a sync or close that failed with nobody waiting for it. */
  constructor(files: FileSystem, max: number, durable: boolean, onFailure: (error: unknown) => void) {
    this.#files = files
    this.#max = max
    this.#durable = durable
    this.#onFailure = onFailure
  }

  /** Reads up to `into.length` bytes of an existing file. */
  async read(path: string, into: Uint8Array, position: number): Promise<number> {
    return this.#use(path, 'read', (file) => file.read(into, position))
  }

  size(path: string): Promise<number> {
    return this.#use(path, 'read', (file) => file.size())
  }

  /** Creates the file where it is absent. `fresh`: whatever it held goes first. */
  write(path: string, parts: readonly Uint8Array[], position: number, fresh = false): Promise<void> {
    return this.#use(path, 'write', async (file, slot) => {
      slot.dirty = true
      if (fresh) await file.truncate(0)
      await writeAll(file, parts, position)
    })
  }

  truncate(path: string, size: number): Promise<void> {
    return this.#use(path, 'write', async (file, slot) => {
      slot.dirty = true
      await file.truncate(size)
    })
  }

  /** What was written to the file before the call is on the device. Nothing happens where nothing was. */
  async sync(path: string): Promise<void> {
    const slot = this.#slots.get(keyOf(path, 'write'))
    if (!slot?.dirty || !this.#durable) return
    await this.#use(path, 'write', async (file, used) => {
      used.dirty = false
      try {
        await file.sync()
      } catch (error) {
        used.poison = error
        throw error
      }
    })
  }

  /** The file is about to go: what was not synced need not be. */
  forget(path: string): void {
    for (const mode of ['read', 'write'] as const) {
      const slot = this.#slots.get(keyOf(path, mode))
      if (!slot) continue
      slot.dirty = false
      // Whoever still reads it reads on; the next one to ask for this name gets what then has it.
      this.#slots.delete(slot.key)
      this.#closeLater(slot)
    }
  }

  /** Syncs and closes everything. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#slots.values(), (slot) => this.#close(slot)))
    await Promise.all(this.#closing)
  }

  /** Closes everything without a sync, after a failure. */
  async abandon(): Promise<void> {
    for (const slot of this.#slots.values()) slot.dirty = false
    await this.close().catch(() => {})
  }

  async #use<T>(path: string, mode: 'read' | 'write', run: (file: OpenFile, slot: Slot) => Promise<T>): Promise<T> {
    const slot = this.#slotOf(path, mode)
    slot.users++
    try {
      const file = await slot.opened
      if (slot.poison) throw slot.poison
      return await run(file, slot)
    } finally {
      if (--slot.users === 0) slot.onIdle()
      if (this.#slots.size > this.#max) this.#evict()
    }
  }

  #slotOf(path: string, mode: 'read' | 'write'): Slot {
    const key = keyOf(path, mode)
    let slot = this.#slots.get(key)
    if (slot) this.#slots.delete(key)
    else {
      const opened = this.#files.open(path, mode)
      const made: Slot = { key, opened, users: 0, onIdle: () => {}, dirty: false, poison: undefined }
      opened.catch(() => this.#slots.get(key) === made && this.#slots.delete(key))
      slot = made
    }
    this.#slots.set(key, slot)
    return slot
  }

  #evict(): void {
    for (const slot of this.#slots.values()) {
      if (this.#slots.size <= this.#max) return
      if (slot.users === 0) this.#closeLater(slot)
    }
  }

  #closeLater(slot: Slot): void {
    const closing = this.#close(slot).catch(this.#onFailure)
    this.#closing.add(closing)
    void closing.then(() => this.#closing.delete(closing))
  }

  async #close(slot: Slot): Promise<void> {
    if (this.#slots.get(slot.key) === slot) this.#slots.delete(slot.key)
    const file = await slot.opened.catch(() => undefined)
    if (!file) return
    // A descriptor that is closed under a call may be another file's by the time that call runs.
    if (slot.users > 0) await new Promise<void>((resolve) => (slot.onIdle = resolve))
    try {
      if (slot.dirty && this.#durable) await file.sync()
    } finally {
      await file.close()
    }
  }
}

const keyOf = (path: string, mode: 'read' | 'write'): string => `${mode} ${path}`
