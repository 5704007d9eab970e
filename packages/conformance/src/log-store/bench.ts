// The workbench of one case: handles on the adapter's backend and logs of its own, all gone when the case ends.

import { randomUUID } from 'node:crypto'
import type { LogId, LogStore, LogStoreSupports } from '@jackdaw/ports'

/** What can go wrong with one append, as far as the author's fault proxy can do it. */
export type AppendFaultKind = 'REQUEST_LOST' | 'REPLY_LOST' | 'TORN' | 'LATE'

export interface AppendFaults {
  /** REQUEST_LOST: never arrives. REPLY_LOST: lands unheard. TORN: its first entry lands. LATE: the writer gives up before it arrives. */
  readonly kinds: readonly AppendFaultKind[]
  /**
   * Arms the next append of `store`, to one log; its outcome then is UNKNOWN. `arrive` lets a LATE append go on to the
   * storage and resolves when it has landed there or has been refused.
   */
  arm(store: LogStore, kind: AppendFaultKind): Promise<{ arrive(): Promise<void> }>
}

/** What the author of an adapter gives to the suite. */
export interface LogStoreFactory {
  /** A fresh handle on the same backend. With scope `process` the suite has one open at a time. */
  open(): Promise<LogStore>
  /** Kills what the durability class says the data survives (from D2 on the backend), and brings it back. Open handles are dead. */
  crash?(): Promise<void>
  /** Makes the backend forget a log behind the adapter's back, while handles are open. */
  vanish?(log: LogId): Promise<void>
  /** Damages the stored bytes of the entry that holds `offset`. The next handle is opened afterwards. */
  corrupt?(log: LogId, offset: number): Promise<void>
  readonly faults?: AppendFaults
  /** Bytes that have come from the backend so far, over all handles. */
  bytesRead?(): number
  readonly scale?: Partial<Scale>
}

/** How much the suite does. */
export interface Scale {
  /** Logs that are created, opened and asked for their ends in one call. Default 10,000. */
  readonly logs: number
  /** Entries of a backlog. Default 10,000. */
  readonly entries: number
  /** Races between a writer and an opening. Default 25. */
  readonly races: number
  /** Random histories compared with a model. Default 60. */
  readonly histories: number
  /** An entry above this size is not tried, even where the store would take it. Default 64 MiB. */
  readonly entryBytes: number
}

const SCALE: Scale = { logs: 10_000, entries: 10_000, races: 25, histories: 60, entryBytes: 64 * 1024 * 1024 }

export class LogStoreBench implements AsyncDisposable {
  readonly factory: LogStoreFactory
  readonly supports: LogStoreSupports
  readonly scale: Scale
  #handles: LogStore[] = []
  readonly #logs: LogId[] = []

  constructor(factory: LogStoreFactory, supports: LogStoreSupports) {
    this.factory = factory
    this.supports = supports
    this.scale = { ...SCALE, ...factory.scale }
  }

  /** The case's handle: the same one until `reopen` or `crash`. */
  async store(): Promise<LogStore> {
    return this.#handles[0] ?? this.#open()
  }

  /** Another instance on the same backend; the same one where only one can be open. */
  async rival(): Promise<LogStore> {
    const store = await this.store()
    return this.supports.scope === 'process' ? store : this.#open()
  }

  /** Closes every handle and opens a fresh one. */
  async reopen(): Promise<LogStore> {
    await this.close()
    return this.store()
  }

  /** Kills the storage under the open handles and opens a fresh one. */
  async crash(): Promise<LogStore> {
    this.#handles = []
    await this.factory.crash!()
    return this.store()
  }

  async close(): Promise<void> {
    const handles = this.#handles
    this.#handles = []
    for (const handle of handles) await handle[Symbol.asyncDispose]()
  }

  /** A name and id that nobody has used. The log is not created; whatever it becomes is removed with the bench. */
  logId(name = 'log', id: string = randomUUID()): LogId {
    const log = { id: `${id}/0`, name: `conformance-${name}-${id.slice(0, 8)}-0` }
    this.#logs.push(log)
    return log
  }

  /** Another log that wants the same name: a topic that was deleted and created again. */
  namesake(other: LogId): LogId {
    const log = { id: `${randomUUID()}/0`, name: other.name }
    this.#logs.push(log)
    return log
  }

  /** A fresh log that begins at `at`. */
  async newLog({ at, name }: { at?: number; name?: string } = {}): Promise<LogId> {
    const log = this.logId(name)
    const store = await this.store()
    await store.create([{ log, at }])
    return log
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      if (this.#logs.length > 0) await (await this.store()).remove(this.#logs)
    } finally {
      await this.close()
    }
  }

  async #open(): Promise<LogStore> {
    const handle = await this.factory.open()
    this.#handles.push(handle)
    return handle
  }
}
