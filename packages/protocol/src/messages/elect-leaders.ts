// ElectLeaders (43): gives partitions their preferred leader, or any at all where data may be lost.
import { array, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 unclean elections and a top-level error (KIP-460), v2 is flexible. */
export const ElectLeaders = api(
  43,
  'ElectLeaders',
  { versions: '0-2', flexible: '2+' },
  {
    request: {
      /** 0: preferred, 1: unclean. */
      electionType: int8({ versions: '1+' }),
      /** Null: all. */
      topicPartitions: nullable(
        array(
          struct({
            topic: string({ mapKey: true }),
            partitions: array(int32()),
          }),
        ),
      ),
      timeoutMs: int32({ default: 60000 }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode({ versions: '1+' }),
      replicaElectionResults: array(
        struct({
          topic: string(),
          partitionResult: array(
            struct({
              partitionId: int32(),
              errorCode: errorCode(),
              errorMessage: nullable(string()),
            }),
          ),
        }),
      ),
    },
  },
)
export interface ElectLeadersRequest extends Infer<typeof ElectLeaders.request> {}
export interface ElectLeadersResponse extends Infer<typeof ElectLeaders.response> {}
