// JoinGroup (11): a classic group's member joins, and waits until the generation is complete. Only the leader's answer lists members.
import { array, bool, bytes, errorCode, int32, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v1 rebalance timeout, v2 throttle time, v4 gives out member ids before a join counts (KIP-394), v5 static members (KIP-345), v6 is
 * flexible, v7 protocol type in the answer (KIP-559), v8 a reason (KIP-800), v9 tells a static leader to skip the assignment
 * (KIP-814).
 */
export const JoinGroup = api(
  11,
  'JoinGroup',
  { versions: '0-9', flexible: '6+' },
  {
    request: {
      groupId: string(),
      sessionTimeoutMs: int32(),
      /** -1 in v0: the session timeout is meant. */
      rebalanceTimeoutMs: int32({ versions: '1+', default: -1, ignorable: true }),
      /** Empty for a new member. */
      memberId: string(),
      groupInstanceId: nullable(string(), { versions: '5+' }),
      protocolType: string(),
      /** By preference. The metadata is the clients' own business. */
      protocols: array(
        struct({
          name: string({ mapKey: true }),
          metadata: bytes(),
        }),
      ),
      reason: nullable(string(), { versions: '8+', ignorable: true }),
    },
    response: {
      throttleTimeMs: int32({ versions: '2+', ignorable: true }),
      errorCode: errorCode(),
      generationId: int32({ default: -1 }),
      protocolType: nullable(string(), { versions: '7+', ignorable: true }),
      /** Null in errors from v7 on, empty before. */
      protocolName: nullable(string(), { nullable: '7+' }),
      leader: string(),
      skipAssignment: bool({ versions: '9+' }),
      memberId: string(),
      /** Empty for all but the leader. */
      members: array(
        struct({
          memberId: string(),
          groupInstanceId: nullable(string(), { versions: '5+', ignorable: true }),
          metadata: bytes(),
        }),
      ),
    },
  },
)
export interface JoinGroupRequest extends Infer<typeof JoinGroup.request> {}
export interface JoinGroupResponse extends Infer<typeof JoinGroup.response> {}
