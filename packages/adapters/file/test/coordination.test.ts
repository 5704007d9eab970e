import { testCoordination } from '@jackdaw/conformance'
import type { Coordination, Hold } from '@jackdaw/ports'
import { afterAll, describe, expect, test } from 'vitest'
import { openStore, small, testDirectory } from './support.ts'

const forever = new AbortController().signal
const me = Buffer.from('me')

// One process has a directory open, so the brokers of the suite share a store; each gives up what it held itself.
class Broker implements Coordination {
  readonly #shared: Coordination
  readonly #closed = new AbortController()
  readonly #holds: Hold[] = []
  readonly #lost = new AbortController()

  constructor(shared: Coordination) {
    this.#shared = shared
  }

  async elect(role: string, holder: Uint8Array, signal: AbortSignal): Promise<Hold> {
    const hold = await this.#shared.elect(role, holder, AbortSignal.any([signal, this.#closed.signal]))
    this.#holds.push(hold)
    return { ...hold, lost: AbortSignal.any([hold.lost, this.#lost.signal]) }
  }

  async holders(prefix: string) {
    this.#closed.signal.throwIfAborted()
    return this.#shared.holders(prefix)
  }

  changed(signal: AbortSignal): AsyncIterable<void> {
    this.#closed.signal.throwIfAborted()
    return this.#shared.changed(AbortSignal.any([signal, this.#closed.signal]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(new Error('the broker is closed'))
    for (const hold of this.#holds) await hold.release()
  }
}

describe('the roles of a directory', async () => {
  const directory = testDirectory()
  const opening = openStore(directory.path, small)
  afterAll(async () => {
    await (await opening)[Symbol.asyncDispose]()
    directory[Symbol.dispose]()
  })
  await testCoordination({
    open: async () => new Broker((await opening).coordination),
    test,
    skip: (name, reason) => test(name, (context) => context.skip(reason)),
  })
})

describe('a role', () => {
  test('has a higher term after every restart', async () => {
    using directory = testDirectory()
    const terms: number[] = []
    for (let i = 0; i < 3; i++) {
      await using store = await openStore(directory.path, small)
      for (let j = 0; j < 2; j++) {
        const hold = await store.coordination.elect('controller', me, forever)
        terms.push(hold.term)
        await hold.release()
      }
    }
    expect(terms).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('is lost when the store closes, and who waits for it is told', async () => {
    using directory = testDirectory()
    const store = await openStore(directory.path, small)
    const hold = await store.coordination.elect('controller', me, forever)
    const waiting = store.coordination.elect('controller', me, forever)
    expect(hold.validUntil()).toBe(Infinity)
    const refused = expect(waiting).rejects.toThrow('closed')
    await store[Symbol.asyncDispose]()
    expect(hold.lost.aborted).toBe(true)
    expect(hold.validUntil()).toBe(-Infinity)
    await refused
  })

  test('goes to who waits longest, past those who have gone away', async () => {
    using directory = testDirectory()
    await using store = await openStore(directory.path, small)
    const first = await store.coordination.elect('controller', Buffer.from('first'), forever)
    const leaving = new AbortController()
    const second = store.coordination.elect('controller', Buffer.from('second'), leaving.signal)
    const third = store.coordination.elect('controller', Buffer.from('third'), forever)
    leaving.abort(new Error('no longer interested'))
    await expect(second).rejects.toThrow('no longer interested')
    await first.release()
    expect((await third).term).toBe(2)
    expect(await store.coordination.holders('')).toEqual([
      { role: 'controller', term: 2, holder: new Uint8Array(Buffer.from('third')) },
    ])
  })
})
