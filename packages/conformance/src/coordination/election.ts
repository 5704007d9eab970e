// At most one holder of a role at a time; it goes to who waits when it is given up, and to nobody who has stopped waiting.

import assert from 'node:assert/strict'
import type { Law } from '../suite.ts'
import type { CoordinationBench } from './bench.ts'

export const election: Law<CoordinationBench> = {
  law: 'election',
  cases: [
    {
      name: 'a free role is won, and a held one is not',
      async run(bench) {
        const role = bench.role('controller')
        const [a, b] = [await bench.broker(), await bench.broker()]
        const hold = await a.elect(role, Buffer.from('a'), bench.signal)
        const rivals = [bench.stand(b, role), bench.stand(a, role)]
        await bench.pass(50)
        assert.deepEqual(
          rivals.map(({ won }) => won),
          [undefined, undefined],
        )
        assert.ok(!hold.lost.aborted)
        assert.ok(hold.validUntil() > bench.monotonic(), 'who holds a role may act on it')
      },
    },
    {
      name: 'a role that is given up goes to who waits for it',
      async run(bench) {
        const role = bench.role('controller')
        const hold = await (await bench.broker()).elect(role, Buffer.from('a'), bench.signal)
        const waiting = bench.stand(await bench.broker(), role, 'b')
        await bench.pass(20)
        await hold.release()
        assert.ok(hold.validUntil() <= bench.monotonic(), 'who gave a role up may not act on it')
        await bench.until(() => waiting.won !== undefined, 'the role went to who waits')
        assert.ok((await waiting.hold).term > hold.term)
      },
    },
    {
      name: 'giving up twice is giving up once',
      async run(bench) {
        const role = bench.role('controller')
        const [a, b] = [await bench.broker(), await bench.broker()]
        const first = await a.elect(role, Buffer.from('a'), bench.signal)
        await first.release()
        const second = await b.elect(role, Buffer.from('b'), bench.signal)
        await first.release()
        await bench.pass(20)
        assert.ok(!second.lost.aborted, 'an old hold has released a newer one')
        assert.deepEqual(
          (await a.holders(role)).map(({ term }) => term),
          [second.term],
        )
      },
    },
    {
      name: 'of many candidates one wins at a time',
      async run(bench) {
        const role = bench.role('controller')
        const brokers = await Promise.all([...Array(5).keys()].map(() => bench.broker()))
        let holding = 0
        const terms: number[] = []
        const rounds = brokers.map(async (broker, i) => {
          for (let round = 0; round < 4; round++) {
            const hold = await broker.elect(role, Buffer.from(`${i}`), bench.signal)
            assert.equal(++holding, 1, 'two hold the role')
            terms.push(hold.term)
            await bench.pass(1)
            holding--
            await hold.release()
          }
        })
        let done = false
        void Promise.allSettled(rounds).then(() => (done = true))
        await bench.until(() => done, 'everyone had the role four times')
        await Promise.all(rounds)
        assert.deepEqual(
          terms,
          terms.toSorted((x, y) => x - y),
        )
        assert.equal(new Set(terms).size, 20, 'a term was given twice')
      },
    },
    {
      name: 'who stops waiting is told so, and does not win later',
      async run(bench) {
        const role = bench.role('controller')
        const [a, b] = [await bench.broker(), await bench.broker()]
        const hold = await a.elect(role, Buffer.from('a'), bench.signal)
        const stop = new AbortController()
        const waiting = bench.stand(b, role, 'b', stop.signal)
        await bench.pass(20)
        const reason = new Error('enough')
        stop.abort(reason)
        let told: unknown
        waiting.hold.catch((error: unknown) => (told = error))
        await bench.until(() => told !== undefined, 'who stops waiting is told so')
        assert.equal(told, reason)
        await hold.release()
        await bench.pass(20)
        assert.deepEqual(await a.holders(role), [])
        await (await b.elect(role, Buffer.from('b'), bench.signal)).release()
      },
    },
    {
      name: 'who has stopped already does not stand',
      async run(bench) {
        const role = bench.role('controller')
        const broker = await bench.broker()
        const reason = new Error('never mind')
        await assert.rejects(
          async () => broker.elect(role, Buffer.from('a'), AbortSignal.abort(reason)),
          (error) => error === reason,
        )
        assert.deepEqual(await broker.holders(role), [])
      },
    },
    {
      name: 'an abort after the election is won takes nothing away',
      async run(bench) {
        const stop = new AbortController()
        const broker = await bench.broker()
        const hold = await broker.elect(bench.role('controller'), Buffer.from('a'), stop.signal)
        stop.abort()
        await bench.pass(20)
        assert.ok(!hold.lost.aborted)
        assert.ok(hold.validUntil() > bench.monotonic())
        assert.equal((await broker.holders(bench.role(''))).length, 1)
      },
    },
    {
      name: 'roles do not concern each other',
      async run(bench) {
        const [a, b] = [await bench.broker(), await bench.broker()]
        const holds = await Promise.all([
          a.elect(bench.role('broker/1'), Buffer.from('a'), bench.signal),
          b.elect(bench.role('broker/2'), Buffer.from('b'), bench.signal),
          b.elect(bench.role('broker/11'), Buffer.from('b'), bench.signal),
        ])
        await holds[0].release()
        await bench.pass(20)
        assert.ok(!holds[1].lost.aborted && !holds[2].lost.aborted)
      },
    },
  ],
}
