// AlterConfigs (33): replaces all configurations of a resource. What is not named falls back to its default; IncrementalAlterConfigs
// does not have that trap.
import { array, bool, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 answers before it throttles, v2 is flexible. */
export const AlterConfigs = api(
  33,
  'AlterConfigs',
  { versions: '0-2', flexible: '2+' },
  {
    request: {
      resources: array(
        struct({
          resourceType: int8({ mapKey: true }),
          resourceName: string({ mapKey: true }),
          configs: array(
            struct({
              name: string({ mapKey: true }),
              /** Null: the default. */
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
export interface AlterConfigsRequest extends Infer<typeof AlterConfigs.request> {}
export interface AlterConfigsResponse extends Infer<typeof AlterConfigs.response> {}
