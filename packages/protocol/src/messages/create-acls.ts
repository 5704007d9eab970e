// CreateAcls (30): new access rules, each with its own outcome.
import { array, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 prefixed and literal resource names (KIP-290), v2 is flexible, v3 users as resources (KIP-373). */
export const CreateAcls = api(
  30,
  'CreateAcls',
  { versions: '1-3', flexible: '2+' },
  {
    request: {
      creations: array(
        struct({
          resourceType: int8(),
          resourceName: string(),
          resourcePatternType: int8({ default: 3 }),
          principal: string(),
          host: string(),
          operation: int8(),
          permissionType: int8(),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      results: array(
        struct({
          errorCode: errorCode(),
          errorMessage: nullable(string()),
        }),
      ),
    },
  },
)
export interface CreateAclsRequest extends Infer<typeof CreateAcls.request> {}
export interface CreateAclsResponse extends Infer<typeof CreateAcls.response> {}
