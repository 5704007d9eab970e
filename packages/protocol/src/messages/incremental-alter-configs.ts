// IncrementalAlterConfigs (44): changes single configurations and leaves the others alone (KIP-339).
import { array, bool, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 is flexible. */
export const IncrementalAlterConfigs = api(
  44,
  'IncrementalAlterConfigs',
  { versions: '0-1', flexible: '1+' },
  {
    request: {
      resources: array(
        struct({
          /** As in DescribeConfigs. */
          resourceType: int8({ mapKey: true }),
          resourceName: string({ mapKey: true }),
          configs: array(
            struct({
              name: string({ mapKey: true }),
              /** 0: set, 1: delete, 2: append to a list, 3: subtract from a list. */
              configOperation: int8({ mapKey: true }),
              value: nullable(string()),
            }),
          ),
        }),
      ),
      validateOnly: bool(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      responses: array(
        struct({
          errorCode: errorCode(),
          errorMessage: nullable(string()),
          resourceType: int8(),
          resourceName: string(),
        }),
      ),
    },
  },
)
export interface IncrementalAlterConfigsRequest extends Infer<typeof IncrementalAlterConfigs.request> {}
export interface IncrementalAlterConfigsResponse extends Infer<typeof IncrementalAlterConfigs.response> {}
