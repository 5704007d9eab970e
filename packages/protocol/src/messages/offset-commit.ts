// OffsetCommit (8): stores how far a group has read. Outside of a group's generations (generation -1, no member id) only an empty
// group may be written to.
import { array, errorCode, int32, int64, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v3 throttle time, v5 drops the retention time, v6 leader epoch, v7 static members (KIP-345), v8 is flexible, v9 serves KIP-848
 * groups as well, v10 topic ids instead of names.
 */
export const OffsetCommit = api(
  8,
  'OffsetCommit',
  { versions: '2-10', flexible: '8+' },
  {
    request: {
      groupId: string(),
      /** -1 for commits from outside. */
      generationIdOrMemberEpoch: int32({ default: -1 }),
      memberId: string(),
      groupInstanceId: nullable(string(), { versions: '7+' }),
      /** Ignored by brokers since Kafka 2.1. */
      retentionTimeMs: int64({ versions: '2-4', default: -1, ignorable: true }),
      topics: array(
        struct({
          name: string({ versions: '2-9', ignorable: true }),
          topicId: uuid({ versions: '10+', ignorable: true }),
          partitions: array(
            struct({
              partitionIndex: int32(),
              committedOffset: int64(),
              /** -1 where it is not known. */
              committedLeaderEpoch: int32({ versions: '6+', default: -1, ignorable: true }),
              /** Free text of the committer. */
              committedMetadata: nullable(string()),
            }),
          ),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ versions: '3+', ignorable: true }),
      topics: array(
        struct({
          name: string({ versions: '2-9', ignorable: true }),
          topicId: uuid({ versions: '10+', ignorable: true }),
          partitions: array(
            struct({
              partitionIndex: int32(),
              errorCode: errorCode(),
            }),
          ),
        }),
      ),
    },
  },
)
export interface OffsetCommitRequest extends Infer<typeof OffsetCommit.request> {}
export interface OffsetCommitResponse extends Infer<typeof OffsetCommit.response> {}
