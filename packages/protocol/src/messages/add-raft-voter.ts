// AddRaftVoter (80): one more voter for a KRaft quorum (KIP-853).
import { array, bool, errorCode, int32, nullable, string, struct, uint16, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 may ask to wait until the change is committed. */
export const AddRaftVoter = api(
  80,
  'AddRaftVoter',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      clusterId: nullable(string()),
      timeoutMs: int32(),
      voterId: int32(),
      voterDirectoryId: uuid(),
      listeners: array(
        struct({
          name: string({ mapKey: true }),
          host: string(),
          port: uint16(),
        }),
      ),
      ackWhenCommitted: bool({ versions: '1+', default: true }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string()),
    },
  },
)
export interface AddRaftVoterRequest extends Infer<typeof AddRaftVoter.request> {}
export interface AddRaftVoterResponse extends Infer<typeof AddRaftVoter.response> {}
