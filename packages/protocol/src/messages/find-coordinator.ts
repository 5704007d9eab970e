// FindCoordinator (10): which broker coordinates a group, a transactional id or a share partition.
import { array, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v1 transactional ids and throttle time, v3 is flexible, v4 many keys at once, each with its own error (KIP-699), v5
 * TRANSACTION_ABORTABLE (KIP-890), v6 share groups: a key is "groupId:topicId:partition" (KIP-932).
 */
export const FindCoordinator = api(
  10,
  'FindCoordinator',
  { versions: '0-6', flexible: '3+' },
  {
    request: {
      key: string({ versions: '0-3' }),
      /** 0: group, 1: transaction, 2: share. */
      keyType: int8({ versions: '1+' }),
      coordinatorKeys: array(string(), { versions: '4+' }),
    },
    response: {
      throttleTimeMs: int32({ versions: '1+', ignorable: true }),
      errorCode: errorCode({ versions: '0-3' }),
      errorMessage: nullable(string(), { versions: '1-3', default: '', ignorable: true }),
      nodeId: int32({ versions: '0-3' }),
      host: string({ versions: '0-3' }),
      port: int32({ versions: '0-3' }),
      coordinators: array(
        struct({
          key: string(),
          nodeId: int32(),
          host: string(),
          port: int32(),
          errorCode: errorCode(),
          errorMessage: nullable(string()),
        }),
        { versions: '4+' },
      ),
    },
  },
)
export interface FindCoordinatorRequest extends Infer<typeof FindCoordinator.request> {}
export interface FindCoordinatorResponse extends Infer<typeof FindCoordinator.response> {}
