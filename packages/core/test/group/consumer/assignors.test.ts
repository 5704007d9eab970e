// What any assignor owes: every partition of a topic that somebody reads has one owner, who reads it. And what each of them is
// chosen for.

import fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  type Assigned,
  type AssignorInput,
  type AssignorName,
  ASSIGNORS,
} from '../../../src/group/consumer/assignors/assignor.ts'
import type { Assignment } from '../../../src/group/consumer/model.ts'

const TOPICS = ['t0', 't1', 't2', 't3']

const memberIds = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 })

/** Who reads what; `alike` = all the same. */
const inputs = (alike: boolean): fc.Arbitrary<AssignorInput> =>
  fc
    .record({
      ids: memberIds,
      counts: fc.tuple(...TOPICS.map(() => fc.nat(9))),
      reads: fc.array(fc.subarray(TOPICS, { minLength: 1 }), { minLength: 8, maxLength: 8 }),
      statics: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    })
    .map(({ ids, counts, reads, statics }) => {
      const members = ids.map((memberId, i) => ({
        memberId,
        instanceId: statics[i] === true ? `static ${memberId}` : null,
        topicIds: new Set(alike ? reads[0] : reads[i]),
        previous: new Map(),
      }))
      const read = new Set(members.flatMap(({ topicIds }) => [...topicIds]))
      const partitions = new Map(
        TOPICS.map((topic, i) => [topic, counts[i] ?? 0] as const).filter(([t]) => read.has(t)),
      )
      return { members, partitions }
    })

const keysOf = (assignment: Assignment | undefined): string[] =>
  [...(assignment ?? [])].flatMap(([topic, partitions]) => partitions.map((partition) => `${topic}-${partition}`))

function checkComplete(input: AssignorInput, assigned: Assigned): void {
  const expected = [...input.partitions].flatMap(([topic, count]) =>
    Array.from({ length: count }, (_, partition) => `${topic}-${partition}`),
  )
  const owned = [...assigned.values()].flatMap(keysOf)
  expect(owned.toSorted()).toEqual(expected.toSorted())
  for (const [memberId, assignment] of assigned) {
    const member = input.members.find((one) => one.memberId === memberId)
    for (const [topic, partitions] of assignment) {
      expect(member?.topicIds.has(topic)).toBe(true)
      expect(partitions).toEqual(partitions.toSorted((a, b) => a - b))
    }
  }
}

const sizes = ({ members }: AssignorInput, assigned: Assigned): Map<string, number> =>
  new Map(members.map(({ memberId }) => [memberId, keysOf(assigned.get(memberId)).length]))

const withPrevious = (input: AssignorInput, previous: Assigned): AssignorInput => ({
  ...input,
  members: input.members.map((member) => ({ ...member, previous: previous.get(member.memberId) ?? new Map() })),
})

test.each<AssignorName>(['uniform', 'range'])('%s gives every partition to one member that reads it', (name) => {
  const assign = ASSIGNORS[name]
  fc.assert(
    fc.property(inputs(false), inputs(false), (before, after) => {
      checkComplete(before, assign(before))
      const next = withPrevious(after, assign(before))
      checkComplete(next, assign(next))
    }),
  )
})

test('uniform is even to one partition where all read the same', () => {
  fc.assert(
    fc.property(inputs(true), inputs(false), (input, before) => {
      const next = withPrevious(input, ASSIGNORS.uniform(before))
      const counts = [...sizes(next, ASSIGNORS.uniform(next)).values()]
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    }),
  )
})

test('uniform leaves no single move that would make the group more even', () => {
  fc.assert(
    fc.property(inputs(false), (input) => {
      const assigned = ASSIGNORS.uniform(input)
      const size = sizes(input, assigned)
      for (const [owner, assignment] of assigned) {
        for (const topic of assignment.keys()) {
          for (const { memberId, topicIds } of input.members) {
            if (topicIds.has(topic)) expect((size.get(owner) ?? 0) - (size.get(memberId) ?? 0)).toBeLessThanOrEqual(1)
          }
        }
      }
    }),
  )
})

test('uniform moves nothing when nothing has changed', () => {
  fc.assert(
    fc.property(inputs(false), (input) => {
      const first = ASSIGNORS.uniform(input)
      expect(ASSIGNORS.uniform(withPrevious(input, first))).toEqual(first)
    }),
  )
})

test('uniform takes from those who stay only what a new member is owed, and gives them only what one who leaves had', () => {
  fc.assert(
    fc.property(inputs(true), (input) => {
      const first = ASSIGNORS.uniform(input)
      const total = [...sizes(input, first).values()].reduce((a, b) => a + b, 0)
      const moved = (next: AssignorInput): number => {
        const assigned = ASSIGNORS.uniform(next)
        let lost = 0
        for (const { memberId } of input.members) {
          if (!assigned.has(memberId)) continue
          const now = new Set(keysOf(assigned.get(memberId)))
          lost += keysOf(first.get(memberId)).filter((key) => !now.has(key)).length
        }
        return lost
      }
      const known = withPrevious(input, first)
      const [one] = known.members
      const fresh = { memberId: 'someone new', instanceId: null, topicIds: one!.topicIds, previous: new Map() }
      expect(moved({ ...known, members: [...known.members, fresh] })).toBeLessThanOrEqual(
        Math.ceil(total / (input.members.length + 1)),
      )
      if (known.members.length > 1) expect(moved({ ...known, members: known.members.slice(1) })).toBe(0)
    }),
  )
})

test('range gives equal partitions of topics that have the same readers to the same member', () => {
  fc.assert(
    fc.property(inputs(true), fc.nat(9), (input, count) => {
      const partitions = new Map([...input.partitions.keys()].map((topic) => [topic, count]))
      const assigned = ASSIGNORS.range({ ...input, partitions })
      for (const assignment of assigned.values()) {
        const shapes = new Set([...assignment.values()].map(String))
        expect(shapes.size).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('range gives each member one range of each topic, the longer ones to the first, static members before all', () => {
  const members = ['c', 'b', 'a'].map((memberId) => ({
    memberId,
    instanceId: memberId === 'c' ? 'static' : null,
    topicIds: new Set(['t']),
    previous: new Map(),
  }))
  const assigned = ASSIGNORS.range({ members, partitions: new Map([['t', 7]]) })
  expect(Object.fromEntries(Array.from(assigned, ([memberId, topics]) => [memberId, topics.get('t')]))).toEqual({
    c: [0, 1, 2],
    a: [3, 4],
    b: [5, 6],
  })
})
