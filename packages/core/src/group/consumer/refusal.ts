// Why a request of a member is refused: a value, as all errors of the protocol are.

import type { ErrorName } from '@jackdaw/protocol'

export interface Refusal {
  readonly error: ErrorName
  readonly message: string
}
