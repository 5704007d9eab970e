// ConsumerGroupDescribe (69): state, epochs and members of KIP-848 groups.
import { array, bool, errorCode, int32, int8, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

const topicPartitions = struct({
  topicId: uuid(),
  topicName: string(),
  partitions: array(int32()),
})

const assignment = struct({
  topicPartitions: array(topicPartitions),
})

/** v1 whether a member speaks the classic protocol (KIP-1099). */
export const ConsumerGroupDescribe = api(
  69,
  'ConsumerGroupDescribe',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      groupIds: array(string()),
      includeAuthorizedOperations: bool(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      groups: array(
        struct({
          errorCode: errorCode(),
          errorMessage: nullable(string(), { default: null }),
          groupId: string(),
          groupState: string(),
          groupEpoch: int32(),
          assignmentEpoch: int32(),
          assignorName: string(),
          members: array(
            struct({
              memberId: string(),
              instanceId: nullable(string(), { default: null }),
              rackId: nullable(string(), { default: null }),
              memberEpoch: int32(),
              clientId: string(),
              clientHost: string(),
              subscribedTopicNames: array(string()),
              subscribedTopicRegex: nullable(string(), { default: null }),
              assignment: assignment,
              targetAssignment: assignment,
              /** -1: unknown, 0: classic, 1: consumer. */
              memberType: int8({ versions: '1+', default: -1, ignorable: true }),
            }),
          ),
          /** A bit per operation; the smallest int32 where it was not asked for. */
          authorizedOperations: int32({ default: -2147483648 }),
        }),
      ),
    },
  },
)
export interface ConsumerGroupDescribeRequest extends Infer<typeof ConsumerGroupDescribe.request> {}
export interface ConsumerGroupDescribeResponse extends Infer<typeof ConsumerGroupDescribe.response> {}
