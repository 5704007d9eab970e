// Every new hold of a role has a higher term than every earlier one, whatever died in between.

import assert from 'node:assert/strict'
import type { Law } from '../suite.ts'
import type { CoordinationBench } from './bench.ts'

export const terms: Law<CoordinationBench> = {
  law: 'terms',
  cases: [
    {
      name: 'a term is a whole number, and rises with each hold, also of one and the same broker',
      async run(bench) {
        const role = bench.role('controller')
        const [a, b] = [await bench.broker(), await bench.broker()]
        let term = 0
        for (const broker of [a, a, b, a, b, b]) {
          const hold = await broker.elect(role, Buffer.from('x'), bench.signal)
          assert.ok(Number.isSafeInteger(hold.term) && hold.term > term, `term ${hold.term} after ${term}`)
          term = hold.term
          await hold.release()
        }
      },
    },
    {
      name: 'a term rises although everyone was closed in between',
      async run(bench) {
        const role = bench.role('controller')
        let term = 0
        for (let i = 0; i < 3; i++) {
          const broker = await bench.broker()
          const candidacy = bench.stand(broker, role)
          await bench.until(() => candidacy.won !== undefined, 'a role is free when its broker was closed')
          assert.ok(candidacy.won!.term > term, `term ${candidacy.won!.term} after ${term}`)
          term = candidacy.won!.term
          await broker[Symbol.asyncDispose]()
        }
      },
    },
    {
      name: 'a term rises when the holder dies',
      unfit: ({ factory }) => (factory.kill ? undefined : 'the factory has no kill()'),
      async run(bench) {
        const role = bench.role('controller')
        const dying = await bench.broker()
        const { term } = await dying.elect(role, Buffer.from('a'), bench.signal)
        const waiting = bench.stand(await bench.broker(), role)
        await bench.factory.kill!(dying)
        await bench.until(() => waiting.won !== undefined, 'the role of a dead broker is free')
        assert.ok(waiting.won!.term > term)
      },
    },
    {
      name: 'a term rises although the backend crashed',
      unfit: ({ factory }) => (factory.crash ? undefined : 'the factory has no crash()'),
      async run(bench) {
        const role = bench.role('controller')
        const { term } = await (await bench.broker()).elect(role, Buffer.from('a'), bench.signal)
        await bench.factory.crash!()
        const waiting = bench.stand(await bench.broker(), role)
        await bench.until(() => waiting.won !== undefined, 'the role is free after the crash')
        assert.ok(waiting.won!.term > term)
      },
    },
  ],
}
