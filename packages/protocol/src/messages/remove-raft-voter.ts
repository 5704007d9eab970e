// RemoveRaftVoter (81): one voter less for a KRaft quorum (KIP-853).
import { errorCode, int32, nullable, string, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const RemoveRaftVoter = api(
  81,
  'RemoveRaftVoter',
  { versions: '0', flexible: '0+' },
  {
    request: {
      clusterId: nullable(string()),
      voterId: int32(),
      voterDirectoryId: uuid(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string()),
    },
  },
)
export interface RemoveRaftVoterRequest extends Infer<typeof RemoveRaftVoter.request> {}
export interface RemoveRaftVoterResponse extends Infer<typeof RemoveRaftVoter.response> {}
