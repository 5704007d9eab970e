// `holders` tells who holds which role, and `changed` hints that it is time to ask again.

import assert from 'node:assert/strict'
import type { Law } from '../suite.ts'
import type { CoordinationBench } from './bench.ts'

export const holders: Law<CoordinationBench> = {
  law: 'holders',
  cases: [
    {
      name: 'holders are listed by prefix, in order of role, with term and bytes, to everyone',
      async run(bench) {
        const [a, b] = [await bench.broker(), await bench.broker()]
        const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
        const names = ['broker/2', 'controller', 'broker/10', 'broker/1', 'broke']
        const holds = new Map<string, number>()
        for (const [i, name] of names.entries()) {
          const hold = await (i % 2 ? a : b).elect(bench.role(name), bytes.subarray(i), bench.signal)
          holds.set(bench.role(name), hold.term)
        }
        const listed = await a.holders(bench.role('broker/'))
        assert.deepEqual(
          listed.map(({ role }) => role),
          ['broker/1', 'broker/10', 'broker/2'].map((name) => bench.role(name)),
        )
        for (const { role, term, holder } of await b.holders(bench.role(''))) {
          assert.equal(term, holds.get(role))
          const index = names.findIndex((name) => bench.role(name) === role)
          assert.ok(Buffer.from(holder).equals(bytes.subarray(index)), role)
        }
        assert.equal((await b.holders(bench.role(''))).length, names.length)
        assert.deepEqual(await a.holders(bench.role('nobody')), [])
      },
    },
    {
      name: 'a prefix is taken as it is written',
      async run(bench) {
        const broker = await bench.broker()
        for (const name of ['a_b', 'a%b', 'a*b', 'axb'])
          await broker.elect(bench.role(name), Buffer.from(name), bench.signal)
        for (const name of ['a_', 'a%', 'a*', 'a?', 'a.', '[a]']) {
          const expected = ['a%b', 'a*b', 'a_b'].filter((full) => full.startsWith(name)).map((full) => bench.role(full))
          assert.deepEqual(
            (await broker.holders(bench.role(name))).map(({ role }) => role),
            expected,
          )
        }
      },
    },
    {
      name: 'who gives a role up, or waits for it, is not listed',
      async run(bench) {
        const role = bench.role('controller')
        const [a, b] = [await bench.broker(), await bench.broker()]
        const hold = await a.elect(role, Buffer.from('a'), bench.signal)
        const waiting = bench.stand(b, role, 'b')
        await bench.pass(20)
        assert.deepEqual(
          (await b.holders(role)).map(({ term }) => term),
          [hold.term],
        )
        await hold.release()
        await bench.until(() => waiting.won !== undefined, 'the role went to who waits')
        await bench.until(async () => {
          const [now] = await a.holders(role)
          return Buffer.from(now?.holder ?? []).toString() === 'b'
        }, 'the new holder is listed')
      },
    },
    {
      name: 'a change is hinted at sooner or later, and listening ends when the signal aborts',
      async run(bench) {
        const role = bench.role('controller')
        const [a, b] = [await bench.broker(), await bench.broker()]
        const stop = new AbortController()
        let known: number | undefined
        const following = (async () => {
          for await (const _ of b.changed(stop.signal)) known = (await b.holders(role))[0]?.term
        })()
        for (let i = 0; i < 5; i++) {
          const hold = await a.elect(role, Buffer.from('a'), bench.signal)
          await bench.until(() => known === hold.term, 'who follows the hints knows the holder')
          await hold.release()
          await bench.until(() => known === undefined, 'who follows the hints knows that nobody holds the role')
        }
        stop.abort()
        await following
        for await (const _ of b.changed(AbortSignal.abort())) assert.fail('a hint after the abort')
      },
    },
  ],
}
