// DescribeAcls (29): access rules that match a filter.
import { array, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 prefixed and literal resource names (KIP-290), v2 is flexible, v3 users as resources (KIP-373). */
export const DescribeAcls = api(
  29,
  'DescribeAcls',
  { versions: '1-3', flexible: '2+' },
  {
    request: {
      resourceTypeFilter: int8(),
      /** Null: any. */
      resourceNameFilter: nullable(string()),
      patternTypeFilter: int8({ default: 3 }),
      /** Null: any. */
      principalFilter: nullable(string()),
      /** Null: any. */
      hostFilter: nullable(string()),
      operation: int8(),
      permissionType: int8(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string()),
      resources: array(
        struct({
          resourceType: int8(),
          resourceName: string(),
          patternType: int8({ default: 3 }),
          acls: array(
            struct({
              principal: string(),
              host: string(),
              operation: int8(),
              permissionType: int8(),
            }),
          ),
        }),
      ),
    },
  },
)
export interface DescribeAclsRequest extends Infer<typeof DescribeAcls.request> {}
export interface DescribeAclsResponse extends Infer<typeof DescribeAcls.response> {}
