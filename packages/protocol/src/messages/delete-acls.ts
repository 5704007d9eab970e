// DeleteAcls (31): removes the access rules that match, and says which they were.
import { array, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 prefixed and literal resource names (KIP-290), v2 is flexible, v3 users as resources (KIP-373). */
export const DeleteAcls = api(
  31,
  'DeleteAcls',
  { versions: '1-3', flexible: '2+' },
  {
    request: {
      filters: array(
        struct({
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
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      filterResults: array(
        struct({
          errorCode: errorCode(),
          errorMessage: nullable(string()),
          matchingAcls: array(
            struct({
              errorCode: errorCode(),
              errorMessage: nullable(string()),
              resourceType: int8(),
              resourceName: string(),
              patternType: int8({ default: 3 }),
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
export interface DeleteAclsRequest extends Infer<typeof DeleteAcls.request> {}
export interface DeleteAclsResponse extends Infer<typeof DeleteAcls.response> {}
