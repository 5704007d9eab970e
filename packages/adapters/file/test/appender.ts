// A process of its own that appends to all logs of a directory as fast as it can and says what was acknowledged, a line for
// each, until it is killed: `appender.ts <directory> <logs>`. It begins where the logs end.
import { testEntry } from '@jackdaw/conformance'
import { openStore, small } from './support.ts'

const [directory = '', count = '1'] = process.argv.slice(2)
const store = await openStore(directory, small)
const logs = Array.from({ length: Number(count) }, (_, i) => ({ id: `id ${i}`, name: `log-${i}` }))
await store.logs.create(logs.map((log) => ({ log })))
const opened = await store.logs.open(logs.map((log) => ({ log, epoch: 1 })))

process.stdout.write('ready\n')
await Promise.all(
  logs.map(async (log, i) => {
    const writer = opened[i]!
    if (writer.kind !== 'OPENED') throw new Error(writer.kind)
    for (let at = writer.next; ; at++) {
      // Every tenth is large enough to go straight to its segment.
      const entry = testEntry({ at, seed: at + 1, payloadBytes: at % 10 === 9 ? 70_000 : 21 + ((at * 7919) % 3000) })
      const outcome = await store.logs.append([{ log, opening: writer.opening, entries: [entry] }])[0]
      if (outcome?.kind !== 'APPENDED') throw new Error(JSON.stringify(outcome))
      process.stdout.write(`${i} ${outcome.next}\n`)
    }
  }),
)
