// A file system in memory that forgets as real ones do: what was not synced is lost in parts when the power is cut, names
// that were not synced come and go, and any operation can fail once. Counting operations makes it possible to try them all.
import type { FileSystem, OpenFile } from '../src/index.ts'
import { DirectoryInUse } from '../src/index.ts'

const sectorBytes = 512

interface Inode {
  /** As a process sees it. */
  now: Buffer
  /** What survives for sure. */
  durable: Buffer
  /** Writes since then, in order; a truncation has no bytes. */
  pending: { readonly position: number; readonly bytes: Buffer | undefined }[]
}

type NameChange = { readonly directory: string; readonly from?: string; readonly to?: string; readonly inode?: Inode }

/**
 * What goes wrong. SHORT: a write takes half. FORGETFUL: a sync fails and what it should have stored is gone for good, though
 * it can be read until then. CUT: the power goes, the operation and all after it never settle.
 */
export type FaultKind = 'EIO' | 'ENOSPC' | 'SHORT' | 'FORGETFUL' | 'CUT'

export interface Fault {
  readonly kind: FaultKind
  /** The how manyth operation that can suffer it. */
  readonly at: number
}

export class FaultFiles {
  #names = new Map<string, Inode>()
  #directories = new Set<string>(['/'])
  #nameChanges: NameChange[] = []
  #durableNames = new Map<string, Inode>()
  #locks = new Set<string>()
  // Operations of a process that is gone never settle.
  #life = 0
  #fault: Fault | undefined
  /** Operations so far that the armed kind of fault could have hit. */
  count = 0
  /** Whether the armed fault has happened. */
  happened = false
  /** Bytes that all files together may have. */
  capacity = Infinity
  onCut: () => void = () => {}

  arm(fault: Fault | undefined): void {
    this.#fault = fault
    this.count = 0
    this.happened = false
  }

  /** Kills the process: what it had under way never settles, what the operating system has stays. */
  kill(): void {
    this.#life++
    this.#locks.clear()
    this.#fault = undefined
  }

  /** Cuts the power. `random` decides which sectors and names that were not synced are there afterwards. */
  cut(random: () => number): void {
    this.kill()
    const names = new Map(this.#durableNames)
    for (const change of this.#nameChanges) if (random() < 0.5) applyChange(names, change)
    this.#names = names
    this.#durableNames = new Map(names)
    this.#nameChanges = []
    for (const inode of new Set(names.values())) {
      let bytes = inode.durable
      for (const write of inode.pending) bytes = keepSome(bytes, write, random)
      inode.now = Buffer.from(bytes)
      inode.durable = Buffer.from(bytes)
      inode.pending = []
    }
  }

  /** The bytes of a file, to be changed behind the store's back. */
  bytes(path: string): Buffer {
    const inode = this.#names.get(path)
    if (!inode) throw new Error(`no file ${path}`)
    return inode.now
  }

  /** Puts other bytes in a file, durably. */
  put(path: string, bytes: Buffer): void {
    const inode = { now: Buffer.from(bytes), durable: Buffer.from(bytes), pending: [] }
    this.#names.set(path, inode)
    this.#durableNames.set(path, inode)
  }

  paths(): readonly string[] {
    return [...this.#names.keys()].sort()
  }

  /** An independent copy of what is there now, as after a kill. */
  copy(): FaultFiles {
    const copy = new FaultFiles()
    for (const [path, { now }] of this.#names) copy.put(path, now)
    copy.#directories = new Set(this.#directories)
    return copy
  }

  /** The file system as a process that starts now has it: what that process asks for once it is gone never settles. */
  process(): FileSystem {
    const life = this.#life
    const alive = <T>(run: () => Promise<T>): Promise<T> => (life === this.#life ? run() : never())
    const openFile = (file: OpenFile): OpenFile => ({
      read: (into, position) => alive(() => file.read(into, position)),
      write: (parts, position) => alive(() => file.write(parts, position)),
      sync: () => alive(() => file.sync()),
      truncate: (size) => alive(() => file.truncate(size)),
      size: () => alive(() => file.size()),
      close: () => alive(() => file.close()),
    })
    return {
      lock: (path) => this.#lock(path),
      open: (path, mode) => alive(() => this.#open(path, mode).then(openFile)),
      rename: (from, to) => alive(() => this.#rename(from, to)),
      link: (from, to) => alive(() => this.#link(from, to)),
      remove: (path) => alive(() => this.#remove(path)),
      makeDirectory: (path) => alive(() => this.#makeDirectory(path)),
      syncDirectory: (path) => alive(() => this.#syncDirectory(path)),
      list: (path) => alive(() => this.#list(path)),
    }
  }

  #lock(path: string): { release(): void } {
    if (this.#locks.has(path)) throw new DirectoryInUse(`${path} is in use`)
    this.#locks.add(path)
    const life = this.#life
    return { release: () => void (life === this.#life && this.#locks.delete(path)) }
  }

  #open(path: string, mode: 'read' | 'write' | 'through'): Promise<OpenFile> {
    return this.#operation('open', () => {
      let inode = this.#names.get(path)
      if (!inode) {
        if (mode === 'read' || !this.#directories.has(parentOf(path))) throw failure('ENOENT', `no such file ${path}`)
        inode = { now: Buffer.alloc(0), durable: Buffer.alloc(0), pending: [] }
        this.#change({ directory: parentOf(path), to: path, inode })
      }
      return this.#file(inode, mode === 'through')
    })
  }

  #file(inode: Inode, through: boolean): OpenFile {
    return {
      read: (into, position) =>
        this.#operation('read', () => inode.now.copy(into, 0, position, position + into.length)),
      write: (parts, position) => this.#write(inode, Buffer.concat(parts), position, through),
      sync: () =>
        this.#operation(
          'sync',
          () => syncInode(inode),
          (kind) => {
            if (kind === 'FORGETFUL') inode.pending = []
          },
        ),
      truncate: (size) => this.#operation('truncate', () => change(inode, { position: size, bytes: undefined })),
      size: async () => inode.now.length,
      close: async () => {},
    }
  }

  #write(inode: Inode, bytes: Buffer, position: number, through: boolean): Promise<number> {
    const half = bytes.subarray(0, bytes.length >> 1)
    return this.#operation(
      'write',
      () => {
        const growth = Math.max(0, position + bytes.length - inode.now.length)
        if (growth > 0 && this.#used() + growth > this.capacity) throw failure('ENOSPC', 'no space left on device')
        change(inode, { position, bytes: Buffer.from(bytes) })
        if (through) syncInode(inode)
        return bytes.length
      },
      // What a failed or cut write leaves behind is a part of it, not synced.
      (kind) => {
        if (kind === 'ENOSPC' || half.length === 0) return undefined
        change(inode, { position, bytes: Buffer.from(kind === 'CUT' ? bytes : half) })
        if (kind === 'FORGETFUL') inode.pending = []
        return kind === 'SHORT' ? half.length : undefined
      },
    )
  }

  #rename(from: string, to: string): Promise<void> {
    return this.#operation('rename', () => {
      for (const path of this.paths()) {
        if (path !== from && !path.startsWith(`${from}/`)) continue
        this.#change({
          directory: parentOf(from),
          from: path,
          to: to + path.slice(from.length),
          inode: this.#names.get(path)!,
        })
      }
      if (this.#directories.delete(from)) this.#directories.add(to)
    })
  }

  #link(from: string, to: string): Promise<void> {
    return this.#operation('rename', () => this.#change({ directory: parentOf(to), to, inode: this.#names.get(from)! }))
  }

  #remove(path: string): Promise<void> {
    return this.#operation('remove', () => {
      for (const name of this.paths()) {
        if (name === path || name.startsWith(`${path}/`)) this.#change({ directory: parentOf(name), from: name })
      }
      for (const name of this.#directories)
        if (name === path || name.startsWith(`${path}/`)) this.#directories.delete(name)
    })
  }

  #makeDirectory(path: string): Promise<boolean> {
    return this.#operation('makeDirectory', () => {
      const isNew = !this.#directories.has(path)
      for (let at = path; at.length > 1; at = parentOf(at)) this.#directories.add(at)
      return isNew
    })
  }

  // A directory is there once a name in it is: its own name is not modelled.
  #syncDirectory(path: string): Promise<void> {
    return this.#operation('sync', () => {
      for (const change of this.#nameChanges) if (change.directory === path) applyChange(this.#durableNames, change)
      this.#nameChanges = this.#nameChanges.filter(({ directory }) => directory !== path)
    })
  }

  async #list(path: string): Promise<readonly string[]> {
    const names = new Set<string>()
    for (const name of [...this.#names.keys(), ...this.#directories]) {
      if (name.startsWith(`${path}/`)) names.add(name.slice(path.length + 1).split('/')[0]!)
    }
    return [...names]
  }

  #change(nameChange: NameChange): void {
    applyChange(this.#names, nameChange)
    this.#nameChanges.push(nameChange)
  }

  #used(): number {
    let used = 0
    for (const { now } of this.#names.values()) used += now.length
    return used
  }

  /** `partly` does what is left of the operation where it fails; it may give a result of its own. */
  async #operation<T>(
    name: Operation,
    run: () => T,
    partly: (kind: FaultKind) => T | undefined | void = () => {},
  ): Promise<T> {
    const life = this.#life
    await Promise.resolve()
    if (life !== this.#life) return never()
    const fault = this.#fault
    if (fault && hits(fault.kind, name) && ++this.count === fault.at) {
      this.happened = true
      const left = partly(fault.kind)
      if (left !== undefined && left !== null && fault.kind === 'SHORT') return left as T
      if (fault.kind === 'SHORT') return run()
      if (fault.kind === 'CUT') {
        this.#life++
        this.onCut()
        return never()
      }
      throw failure(fault.kind === 'ENOSPC' ? 'ENOSPC' : 'EIO', `${name} failed, as armed`)
    }
    return run()
  }
}

type Operation = 'open' | 'read' | 'write' | 'sync' | 'truncate' | 'rename' | 'remove' | 'makeDirectory'

function hits(kind: FaultKind, operation: Operation): boolean {
  if (kind === 'CUT') return operation !== 'read'
  if (kind === 'SHORT') return operation === 'write'
  if (kind === 'FORGETFUL') return operation === 'sync' || operation === 'write'
  if (kind === 'ENOSPC')
    return operation !== 'read' && operation !== 'sync' && operation !== 'remove' && operation !== 'truncate'
  return true
}

function applyChange(names: Map<string, Inode>, { from, to, inode }: NameChange): void {
  const moved = from === undefined ? inode : names.get(from)
  if (from !== undefined) names.delete(from)
  if (to !== undefined && moved) names.set(to, moved)
}

function change(inode: Inode, write: Inode['pending'][number]): void {
  inode.now = applyWrite(inode.now, write)
  inode.pending.push(write)
}

function syncInode(inode: Inode): void {
  for (const write of inode.pending) inode.durable = applyWrite(inode.durable, write)
  inode.pending = []
}

function applyWrite(old: Buffer, { position, bytes }: Inode['pending'][number]): Buffer {
  if (!bytes) return position <= old.length ? Buffer.from(old.subarray(0, position)) : grown(old, position)
  const end = position + bytes.length
  const now = end <= old.length ? old : grown(old, end)
  bytes.copy(now, position)
  return now
}

function grown(old: Buffer, size: number): Buffer {
  const now = Buffer.alloc(size)
  old.copy(now)
  return now
}

/** Each sector of the write is there or not. */
function keepSome(old: Buffer, write: Inode['pending'][number], random: () => number): Buffer {
  const { position, bytes } = write
  if (!bytes) return random() < 0.5 ? applyWrite(old, write) : old
  const now = grown(old, Math.max(old.length, position + bytes.length))
  let length = old.length
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + sectorBytes - ((position + at) % sectorBytes))
    if (random() < 0.5) {
      bytes.copy(now, position + at, at, end)
      length = Math.max(length, position + end)
    }
    at = end
  }
  return now.subarray(0, length)
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code })
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))
const never = <T>(): Promise<T> => new Promise(() => {})

/** The same seed, the same numbers. */
export function seeded(seed: number): () => number {
  let state = (seed * 0x9e3779b9) >>> 0 || 1
  return () => {
    state ^= state << 13
    state >>>= 0
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 0x1_0000_0000
  }
}
