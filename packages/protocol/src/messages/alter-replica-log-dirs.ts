// AlterReplicaLogDirs (34): moves replicas to another directory of the same broker (KIP-113).
import { array, errorCode, int32, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 answers before it throttles, v2 is flexible. */
export const AlterReplicaLogDirs = api(
  34,
  'AlterReplicaLogDirs',
  { versions: '1-2', flexible: '2+' },
  {
    request: {
      dirs: array(
        struct({
          path: string({ mapKey: true }),
          topics: array(
            struct({
              name: string({ mapKey: true }),
              partitions: array(int32()),
            }),
          ),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      results: array(
        struct({
          topicName: string(),
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
export interface AlterReplicaLogDirsRequest extends Infer<typeof AlterReplicaLogDirs.request> {}
export interface AlterReplicaLogDirsResponse extends Infer<typeof AlterReplicaLogDirs.response> {}
