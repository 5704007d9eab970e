// ListConfigResources (74): which resources have configurations of their own.
import { array, errorCode, int32, int8, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 knew client metrics only (KIP-714), v1 all types (KIP-1142). */
export const ListConfigResources = api(
  74,
  'ListConfigResources',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      /** Empty: all. */
      resourceTypes: array(int8(), { versions: '1+' }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      configResources: array(
        struct({
          resourceName: string(),
          /** As in DescribeConfigs. */
          resourceType: int8({ versions: '1+', default: 16, ignorable: true }),
        }),
      ),
    },
  },
)
export interface ListConfigResourcesRequest extends Infer<typeof ListConfigResources.request> {}
export interface ListConfigResourcesResponse extends Infer<typeof ListConfigResources.response> {}
