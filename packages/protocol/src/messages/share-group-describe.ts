// ShareGroupDescribe (77): state, epochs and members of share groups (KIP-932).
import { array, bool, errorCode, int32, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

const topicPartitions = struct({
  topicId: uuid(),
  topicName: string(),
  partitions: array(int32()),
})

const assignment = struct({
  topicPartitions: array(topicPartitions),
})

/** v1 is the first that is stable. */
export const ShareGroupDescribe = api(
  77,
  'ShareGroupDescribe',
  { versions: '1', flexible: '0+' },
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
              rackId: nullable(string(), { default: null }),
              memberEpoch: int32(),
              clientId: string(),
              clientHost: string(),
              subscribedTopicNames: array(string()),
              assignment: assignment,
            }),
          ),
          authorizedOperations: int32({ default: -2147483648 }),
        }),
      ),
    },
  },
)
export interface ShareGroupDescribeRequest extends Infer<typeof ShareGroupDescribe.request> {}
export interface ShareGroupDescribeResponse extends Infer<typeof ShareGroupDescribe.response> {}
