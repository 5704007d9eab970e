// How handlers talk to group coordinators: within a time limit, and with the errors that clients of groups understand.

import type { GroupRequest, GroupResults } from '@jackdaw/core'
import type { ErrorName } from '@jackdaw/protocol'

import type { Submitted } from '../runtime/machine-shell.ts'
import type { Failure } from '../runtime/unavailable.ts'
import type { RequestContext } from './handler.ts'
import { within } from './within.ts'

type RequestOf<T extends GroupRequest['type']> = Omit<Extract<GroupRequest, { type: T }>, 'to'>

export type Answered<T extends GroupRequest['type']> =
  | { readonly ok: true; readonly response: GroupResults[T] }
  | { readonly ok: false; readonly error: ErrorName }

/** Puts a request that is answered at once to its group. The time limit is for the storage. */
export const askGroup = async <T extends GroupRequest['type']>(
  groupId: string,
  request: RequestOf<T>,
  { groups, config, clock }: RequestContext,
): Promise<Answered<T>> =>
  answered(await within(config['offsets.commit.timeout.ms'], clock, groups.submit<T>(groupId, request), timedOut))

/** Puts a request to its group that may have to wait for other members, as long as its connection lasts. */
export const waitForGroup = async <T extends GroupRequest['type']>(
  groupId: string,
  request: RequestOf<T>,
  { groups, gone }: RequestContext,
): Promise<Answered<T>> => answered(await groups.submit<T>(groupId, request, gone))

const timedOut = { ok: false, error: 'REQUEST_TIMED_OUT', message: 'The storage took too long.' } as const

/** What is wrong with the coordinator's log, said of the coordinator: clients then look for another one, or try again. */
const ofTheLog: Partial<Record<Failure, ErrorName>> = {
  NOT_LEADER_OR_FOLLOWER: 'NOT_COORDINATOR',
  KAFKA_STORAGE_ERROR: 'NOT_COORDINATOR',
  UNKNOWN_TOPIC_OR_PARTITION: 'COORDINATOR_NOT_AVAILABLE',
  NOT_ENOUGH_REPLICAS: 'COORDINATOR_NOT_AVAILABLE',
  REQUEST_TIMED_OUT: 'COORDINATOR_NOT_AVAILABLE',
}

export const answered = <Response>(
  submitted: Submitted<Response>,
): { readonly ok: true; readonly response: Response } | { readonly ok: false; readonly error: ErrorName } =>
  submitted.ok ? submitted : { ok: false, error: ofTheLog[submitted.error] ?? submitted.error }
