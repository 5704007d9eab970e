// Why something does not serve, in Kafka's words.

import type { ErrorName } from '@jackdaw/protocol'

export type Failure = Exclude<ErrorName, 'NONE'>

export interface Unavailable {
  readonly error: Failure
  readonly message: string
}
