// Requests: each is answered exactly once, in the order of its connection, or the connection closes. What answers the
// connections get that they never asked for they note themselves (see client/connection.ts).
import type { Law, Violation } from '../history.ts'

/** Replies leave a connection in the order in which its requests came. */
export const repliesAreInOrder: Law = ({ history }) => {
  const newest = new Map<number, number>()
  return history.ops
    .filter((op) => op.result !== undefined)
    .flatMap((op): Violation[] => {
      const before = newest.get(op.connection) ?? -1
      newest.set(op.connection, Math.max(before, op.done))
      return op.done > before
        ? []
        : [
            {
              law: 'replies are in order',
              detail: `connection ${op.connection}: ${op.f} ${op.sent} was answered before one asked earlier`,
            },
          ]
    })
}

/** By the end of the run every request was answered or its connection closed. */
export const everyRequestIsAnswered: Law = ({ history }) => {
  const closed = new Set(
    history.notes
      .filter(({ what }) => what === 'closed')
      .map(({ data }) => (data as { connection: number }).connection),
  )
  return history.ops
    .filter((op) => op.result === undefined && !closed.has(op.connection) && !answersNothing(op))
    .map((op) => ({
      law: 'every request is answered',
      detail: `${op.who}: ${op.f} ${op.sent} on connection ${op.connection} was not`,
    }))
}

const answersNothing = (op: { f: string; args: object }): boolean =>
  op.f === 'produce' && 'acks' in op.args && op.args.acks === 0

/** Nobody is told what he did not ask. */
export const nothingUnaskedIsAnswered: Law = ({ history }) =>
  history.notes
    .filter(({ what }) => what === 'unasked')
    .map(({ who, index, data }) => ({
      law: 'nothing unasked is answered',
      detail: `${who} at ${index}: ${JSON.stringify(data)}`,
    }))

/** Once nothing fails any more, nobody waits so long that he gives up. */
export const answersComeInTime: Law = ({ history }) => {
  const calm = history.notes.find(({ what }) => what === 'calm')?.index ?? Infinity
  return history.notes
    .filter(({ what, data }) => what === 'gave up' && (data as { sent: number }).sent > calm)
    .map(({ who, index, data }) => ({
      law: 'answers come in time',
      detail: `${who} at ${index}: ${JSON.stringify(data)}`,
    }))
}

/** What only the one who sees it can tell, see Stage.impossible. */
export const nothingImpossibleHappens: Law = ({ history }) =>
  history.notes
    .filter(({ what }) => what === 'impossible')
    .map(({ who, index, data }) => ({
      law: 'nothing impossible happens',
      detail: `${who} at ${index}: ${JSON.stringify(data)}`,
    }))

/** No request fails for a reason that the broker cannot name. */
export const theBrokerKnowsWhy: Law = ({ history }) =>
  history.notes
    .filter(({ what, data }) => what === 'says (error)' && UNEXPLAINED.test((data as { message: string }).message))
    .map(({ index, data }) => ({ law: 'the broker knows why', detail: `at ${index}: ${JSON.stringify(data)}` }))

const UNEXPLAINED = /reason of our own/

export const replyLaws: readonly Law[] = [
  repliesAreInOrder,
  everyRequestIsAnswered,
  nothingUnaskedIsAnswered,
  answersComeInTime,
  nothingImpossibleHappens,
  theBrokerKnowsWhy,
]
