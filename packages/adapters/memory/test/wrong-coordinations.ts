// Coordinations that are wrong in one way each; see wrong-stores/tools.ts.

import type { Coordination, Hold } from '@jackdaw/ports'
import type { MemoryCoordination, MemoryDisk } from '../src/index.ts'

export interface WrongCoordination {
  readonly wrong: string
  readonly law: string
  readonly make: (right: MemoryCoordination, disk: MemoryDisk) => Partial<Coordination>
}

/** An election whose hold is changed before it is handed out. */
const eachHold = (right: Coordination, change: (hold: Hold, role: string) => Hold): Partial<Coordination> => ({
  elect: async (role, holder, signal) => change(await right.elect(role, holder, signal), role),
})

const copyOf = (hold: Hold): Hold => ({
  term: hold.term,
  lost: hold.lost,
  validUntil: () => hold.validUntil(),
  release: () => hold.release(),
})

export const wrongCoordinations: readonly WrongCoordination[] = [
  {
    wrong: 'gives a role to everyone',
    law: 'election',
    make: (right, disk) => ({
      async elect(role, holder, signal) {
        const stored = disk.roles.get(role)
        if (stored) stored.hold = undefined
        return right.elect(role, holder, signal)
      },
    }),
  },
  {
    wrong: 'gives a role up for whoever holds it',
    law: 'election',
    make: (right, disk) =>
      eachHold(right, (hold, role) => ({
        ...copyOf(hold),
        async release() {
          await hold.release()
          const stored = disk.roles.get(role)
          if (stored) stored.hold = undefined
        },
      })),
  },
  {
    wrong: 'does not heed who stops waiting',
    law: 'election',
    make: (right) => ({ elect: (role, holder) => right.elect(role, holder, new AbortController().signal) }),
  },
  {
    wrong: 'begins terms anew when a role was free',
    law: 'terms',
    make: (right, disk) =>
      eachHold(right, (hold, role) => ({
        ...copyOf(hold),
        async release() {
          await hold.release()
          const stored = disk.roles.get(role)
          if (stored && !stored.hold) disk.roles.delete(role)
        },
      })),
  },
  {
    wrong: 'takes a prefix for a pattern',
    law: 'holders',
    make: (right) => ({
      async holders(prefix) {
        const all = await right.holders('')
        const pattern = new RegExp(
          `^${prefix.replaceAll('_', '.').replaceAll('%', '.*').replaceAll('*', '.*').replaceAll('[', '\\[')}`,
        )
        return all.filter(({ role }) => pattern.test(role))
      },
    }),
  },
  {
    wrong: 'lists holders as they came',
    law: 'holders',
    make: (right) => ({ holders: async (prefix) => (await right.holders(prefix)).toReversed() }),
  },
  {
    wrong: 'never says that a hold ends',
    law: 'leases',
    make: (right) => eachHold(right, (hold) => ({ ...copyOf(hold), validUntil: () => Infinity })),
  },
  {
    wrong: 'never says that a role is lost',
    law: 'leases',
    make: (right) => eachHold(right, (hold) => ({ ...copyOf(hold), lost: new AbortController().signal })),
  },
]

export function disguised(right: Coordination, other: Partial<Coordination>): Coordination {
  return {
    elect: (role, holder, signal) => right.elect(role, holder, signal),
    holders: (prefix) => right.holders(prefix),
    changed: (signal) => right.changed(signal),
    [Symbol.asyncDispose]: () => right[Symbol.asyncDispose](),
    ...other,
  }
}
