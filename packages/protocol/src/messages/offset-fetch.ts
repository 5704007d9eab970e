// OffsetFetch (9): what OffsetCommit stored. Up to v7 one group a request, its fields at the top; from v8 on a list of groups.
import { array, bool, errorCode, int32, int64, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v2 null topics for all and a top-level error, v3 throttle time, v5 leader epoch, v6 is flexible, v7 may insist on stable offsets
 * (KIP-447), v8 many groups (KIP-709), v9 member id and epoch (KIP-848), v10 topic ids instead of names.
 */
export const OffsetFetch = api(
  9,
  'OffsetFetch',
  { versions: '1-10', flexible: '6+' },
  {
    request: {
      groupId: string({ versions: '1-7' }),
      /** Null: all that have offsets. */
      topics: nullable(
        array(
          struct({
            name: string(),
            partitionIndexes: array(int32()),
          }),
        ),
        { versions: '1-7', nullable: '2+', default: [] },
      ),
      groups: array(
        struct({
          groupId: string(),
          memberId: nullable(string(), { versions: '9+', ignorable: true }),
          memberEpoch: int32({ versions: '9+', default: -1, ignorable: true }),
          /** Null: all that have offsets. */
          topics: nullable(
            array(
              struct({
                name: string({ versions: '8-9', ignorable: true }),
                topicId: uuid({ versions: '10+', ignorable: true }),
                partitionIndexes: array(int32()),
              }),
            ),
          ),
        }),
        { versions: '8+' },
      ),
      /** Answer UNSTABLE_OFFSET_COMMIT while a transaction may still change an offset. */
      requireStable: bool({ versions: '7+' }),
    },
    response: {
      throttleTimeMs: int32({ versions: '3+', ignorable: true }),
      topics: array(
        struct({
          name: string(),
          partitions: array(
            struct({
              partitionIndex: int32(),
              /** -1: none was committed. */
              committedOffset: int64(),
              committedLeaderEpoch: int32({ versions: '5+', default: -1, ignorable: true }),
              metadata: nullable(string()),
              errorCode: errorCode(),
            }),
          ),
        }),
        { versions: '1-7' },
      ),
      errorCode: errorCode({ versions: '2-7', ignorable: true }),
      groups: array(
        struct({
          groupId: string(),
          topics: array(
            struct({
              name: string({ versions: '8-9', ignorable: true }),
              topicId: uuid({ versions: '10+', ignorable: true }),
              partitions: array(
                struct({
                  partitionIndex: int32(),
                  /** -1: none was committed. */
                  committedOffset: int64(),
                  committedLeaderEpoch: int32({ default: -1 }),
                  metadata: nullable(string()),
                  errorCode: errorCode(),
                }),
              ),
            }),
          ),
          errorCode: errorCode({ default: 0 }),
        }),
        { versions: '8+' },
      ),
    },
  },
)
export interface OffsetFetchRequest extends Infer<typeof OffsetFetch.request> {}
export interface OffsetFetchResponse extends Infer<typeof OffsetFetch.response> {}
