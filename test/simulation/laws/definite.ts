// Errors of Produce after which the batch was surely not appended. All others, and silence, leave it open: also
// NOT_LEADER_OR_FOLLOWER, which a deposed leader may answer after its append has landed.
const DEFINITE: ReadonlySet<string> = new Set([
  'CORRUPT_MESSAGE',
  'INVALID_RECORD',
  'INVALID_REQUIRED_ACKS',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_PRODUCER_EPOCH',
  'MESSAGE_TOO_LARGE',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'RECORD_LIST_TOO_LARGE',
  'UNKNOWN_PRODUCER_ID',
  'UNKNOWN_TOPIC_ID',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
])

export const isDefinite = (error: string | undefined): boolean => error !== undefined && DEFINITE.has(error)
