// The topics that brokers keep for themselves.

export const CONSUMER_OFFSETS = '__consumer_offsets'
export const TRANSACTION_STATE = '__transaction_state'

const internal: ReadonlySet<string> = new Set([CONSUMER_OFFSETS, TRANSACTION_STATE])

export const isInternalTopic = (name: string): boolean => internal.has(name)
