// DescribeGroups (15): state and members of classic groups.
import { array, bool, bytes, errorCode, int32, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v1 throttle time, v3 authorized operations (KIP-430), v4 static members (KIP-345), v5 is flexible, v6 GROUP_ID_NOT_FOUND instead of a
 * group called Dead (KIP-1043).
 */
export const DescribeGroups = api(
  15,
  'DescribeGroups',
  { versions: '0-6', flexible: '5+' },
  {
    request: {
      groups: array(string()),
      includeAuthorizedOperations: bool({ versions: '3+' }),
    },
    response: {
      throttleTimeMs: int32({ versions: '1+', ignorable: true }),
      groups: array(
        struct({
          errorCode: errorCode(),
          errorMessage: nullable(string(), { versions: '6+' }),
          groupId: string(),
          /** PreparingRebalance, CompletingRebalance, Stable, Dead or Empty. */
          groupState: string(),
          protocolType: string(),
          protocolData: string(),
          members: array(
            struct({
              memberId: string(),
              groupInstanceId: nullable(string(), { versions: '4+', ignorable: true }),
              clientId: string(),
              clientHost: string(),
              /** As it was given in JoinGroup; empty unless the group is stable. */
              memberMetadata: bytes(),
              memberAssignment: bytes(),
            }),
          ),
          /** A bit per operation; the smallest int32 where it was not asked for. */
          authorizedOperations: int32({ versions: '3+', default: -2147483648 }),
        }),
      ),
    },
  },
)
export interface DescribeGroupsRequest extends Infer<typeof DescribeGroups.request> {}
export interface DescribeGroupsResponse extends Infer<typeof DescribeGroups.response> {}
