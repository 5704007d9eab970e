// ListPartitionReassignments (46), version 0: none is ever under way, since AlterPartitionReassignments starts none.

import { errorCode, ListPartitionReassignments } from '@jackdaw/protocol'

import { handler } from './handler.ts'

export const listPartitionReassignments = handler(ListPartitionReassignments, { versions: '0-0' }, () => ({
  errorCode: errorCode('NONE'),
  errorMessage: null,
  topics: [],
}))
