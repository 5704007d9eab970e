// How handlers talk to transaction coordinators: within a time limit, and with the errors that each version knows.

import type { TransactionRequest, TransactionResults } from '@jackdaw/core'
import type { ErrorName } from '@jackdaw/protocol'

import type { Submitted } from '../runtime/machine-shell.ts'
import { answered } from './ask-group.ts'
import type { RequestContext } from './handler.ts'
import { within } from './within.ts'

/** In Kafka a request to a coordinator has the broker's own request timeout. */
const TIMEOUT_MS = 30_000

export type TransactionAnswer<Response> =
  | { readonly ok: true; readonly response: Response }
  | { readonly ok: false; readonly error: ErrorName }

export const inTime = async <Response>(
  submitted: Promise<Submitted<Response>>,
  { clock }: RequestContext,
): Promise<TransactionAnswer<Response>> => answered(await within(TIMEOUT_MS, clock, submitted, timedOut))

const timedOut = { ok: false, error: 'REQUEST_TIMED_OUT', message: 'The storage took too long.' } as const

export const askTransaction = <T extends TransactionRequest['type']>(
  transactionalId: string,
  request: Omit<Extract<TransactionRequest, { type: T }>, 'to'>,
  context: RequestContext,
): Promise<TransactionAnswer<TransactionResults[T]>> =>
  inTime(context.transactions.submit<T>(transactionalId, request), context)

/** Before PRODUCER_FENCED there was only one error for an epoch that is not the present one. */
export const fencedAs = (error: ErrorName, knowsFenced: boolean): ErrorName =>
  error === 'PRODUCER_FENCED' && !knowsFenced ? 'INVALID_PRODUCER_EPOCH' : error
