// A hold may be acted on until `validUntil`, and nobody else has the role before then: whether its holder lives, dies, is
// closed or is cut off.

import assert from 'node:assert/strict'
import type { Law } from '../suite.ts'
import type { CoordinationBench } from './bench.ts'

export const leases: Law<CoordinationBench> = {
  law: 'leases',
  cases: [
    {
      name: 'a hold lasts for as long as its broker is well',
      async run(bench) {
        const role = bench.role('controller')
        const hold = await (await bench.broker()).elect(role, Buffer.from('a'), bench.signal)
        const waiting = bench.stand(await bench.broker(), role)
        const span = Math.min(hold.validUntil() - bench.monotonic(), bench.factory.freeWithinMs ?? 3000)
        for (let i = 0; i < 12; i++) {
          await bench.pass(span / 4)
          assert.ok(!hold.lost.aborted && hold.validUntil() > bench.monotonic(), 'a hold ended by itself')
        }
        assert.equal(waiting.won, undefined)
      },
    },
    {
      name: 'the role of a dead broker goes to who waits, but not before its hold has ended',
      unfit: ({ factory }) => (factory.kill ? undefined : 'the factory has no kill()'),
      async run(bench) {
        const role = bench.role('controller')
        const dying = await bench.broker()
        const hold = await dying.elect(role, Buffer.from('a'), bench.signal)
        const validUntil = hold.validUntil()
        const rival = await bench.broker()
        const waiting = bench.stand(rival, role, 'b')
        await bench.pass(1)
        await bench.factory.kill!(dying)
        await bench.until(() => waiting.won !== undefined, 'the role of a dead broker is free')
        const [now] = await rival.holders(role)
        assert.equal(now?.term, waiting.won!.term)
        if (validUntil < Infinity) assert.ok(bench.monotonic() >= validUntil, 'the role was given away before its time')
      },
    },
    {
      name: 'who is cut off has lost the role before another has it',
      unfit: ({ factory }) => (factory.cutOff ? undefined : 'the factory has no cutOff()'),
      async run(bench) {
        const role = bench.role('controller')
        const cutOff = await bench.broker()
        const hold = await cutOff.elect(role, Buffer.from('a'), bench.signal)
        const waiting = bench.stand(await bench.broker(), role, 'b')
        let lostFirst = false
        hold.lost.addEventListener('abort', () => (lostFirst = waiting.won === undefined))
        await bench.factory.cutOff!(cutOff)
        await bench.until(() => {
          if (waiting.won) assert.ok(hold.validUntil() <= bench.monotonic(), 'two may act on one role')
          return waiting.won !== undefined
        }, 'the role of who is cut off is free')
        await bench.until(() => hold.lost.aborted, 'who is cut off is told that the role is lost')
        assert.ok(lostFirst, 'the rival had the role before its old holder knew')
      },
    },
    {
      name: 'closing a broker gives up what it holds and ends what it waits for',
      async run(bench) {
        const [mine, other] = [bench.role('mine'), bench.role('other')]
        const [a, b] = [await bench.broker(), await bench.broker()]
        const hold = await a.elect(mine, Buffer.from('a'), bench.signal)
        await b.elect(other, Buffer.from('b'), bench.signal)
        const waitingForOther = bench.stand(a, other)
        const waitingForMine = bench.stand(b, mine)
        await bench.pass(20)
        await a[Symbol.asyncDispose]()
        await assert.rejects(waitingForOther.hold)
        await bench.until(() => waitingForMine.won !== undefined, 'a closed broker has given up its role')
        assert.ok(hold.validUntil() <= bench.monotonic(), 'a closed broker may not act on a role')
        await assert.rejects(async () => a.elect(bench.role('late'), Buffer.from('a'), bench.signal))
        await assert.rejects(async () => a.holders(''))
        await hold.release().catch(() => undefined)
        await a[Symbol.asyncDispose]()
        assert.deepEqual(
          (await b.holders(mine)).map(({ term }) => term),
          [waitingForMine.won!.term],
        )
      },
    },
  ],
}
