// DescribeLogDirs (35): sizes of logs and of the directories that hold them.
import { array, bool, errorCode, int32, int64, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/**
 * v1 answers before it throttles, v2 is flexible, v3 a top-level error, v4 total and usable bytes (KIP-827), v5 cordoned directories
 * (KIP-1066).
 */
export const DescribeLogDirs = api(
  35,
  'DescribeLogDirs',
  { versions: '1-5', flexible: '2+' },
  {
    request: {
      /** Null: all. */
      topics: nullable(
        array(
          struct({
            topic: string({ mapKey: true }),
            partitions: array(int32()),
          }),
        ),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode({ versions: '3+', ignorable: true }),
      results: array(
        struct({
          errorCode: errorCode(),
          logDir: string(),
          topics: array(
            struct({
              name: string(),
              partitions: array(
                struct({
                  partitionIndex: int32(),
                  partitionSize: int64(),
                  /** How far the log lies behind its high watermark, or behind the log it is to replace. */
                  offsetLag: int64(),
                  /** True while the replica is being moved here. */
                  isFutureKey: bool(),
                }),
              ),
            }),
          ),
          /** -1: unknown. */
          totalBytes: int64({ versions: '4+', default: -1, ignorable: true }),
          /** -1: unknown. */
          usableBytes: int64({ versions: '4+', default: -1, ignorable: true }),
          isCordoned: bool({ versions: '5+', ignorable: true }),
        }),
      ),
    },
  },
)
export interface DescribeLogDirsRequest extends Infer<typeof DescribeLogDirs.request> {}
export interface DescribeLogDirsResponse extends Infer<typeof DescribeLogDirs.response> {}
