// Brokers and stores that are broken where transactions depend on them.
import { emptyPartitionLog, encodeSnapshot } from '@jackdaw/core'
import type { LogId } from '@jackdaw/ports'
import type { EndTxnResponse, FetchResponse } from '@jackdaw/protocol'
import type { Mutant } from './mutants.ts'

const isTransactional = (log: LogId): boolean => /^x\d/.test(log.name)
const ATOMIC = 'transactions are read whole or not at all'

export const TRANSACTION_MUTANTS: readonly Mutant[] = [
  {
    name: 'lists no aborted transaction',
    breaks: [ATOMIC],
    make: () => ({
      tamper: (api, body) => {
        if (api !== 'Fetch') return body
        const { responses, ...rest } = body as FetchResponse
        const silenced = responses.map((topic) => ({
          ...topic,
          partitions: topic.partitions.map((one) => ({ ...one, abortedTransactions: [] })),
        }))
        return { ...rest, responses: silenced }
      },
    }),
  },
  {
    name: 'acknowledges every end of a transaction',
    breaks: [ATOMIC, 'offsets move with their transactions', 'everyone makes progress'],
    make: () => ({
      tamper: (api, body) => (api === 'EndTxn' ? { ...(body as EndTxnResponse), errorCode: 0 } : body),
    }),
  },
  {
    name: 'forgets open transactions at every open',
    breaks: [ATOMIC],
    make: () => ({
      wrapStore: (store) => ({
        ...store,
        open: async (logs) =>
          (await store.open(logs)).map((one, i) => {
            if (one.kind !== 'OPENED' || !isTransactional(logs[i]!.log)) return one
            const bytes = encodeSnapshot(emptyPartitionLog(one.next, logs[i]!.epoch))
            return { ...one, snapshot: { at: one.next, bytes } }
          }),
      }),
    }),
  },
  {
    name: 'drops one append of transactions in ten and says that it landed',
    breaks: [ATOMIC, 'a record of a transaction is read at one offset', 'a transaction ends once in each partition'],
    make: () => {
      let count = 0
      return {
        wrapStore: (store) => ({
          ...store,
          append: (writes) =>
            writes.flatMap((write) => {
              const drop = isTransactional(write.log) && ++count % 10 === 0
              return drop
                ? [Promise.resolve({ kind: 'APPENDED' as const, next: write.entries.at(-1)!.next })]
                : store.append([write])
            }),
        }),
      }
    },
  },
]
