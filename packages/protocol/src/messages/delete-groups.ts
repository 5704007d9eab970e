// DeleteGroups (42): removes groups without members, with their offsets.
import { array, errorCode, int32, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 answers before it throttles, v2 is flexible. */
export const DeleteGroups = api(
  42,
  'DeleteGroups',
  { versions: '0-2', flexible: '2+' },
  {
    request: {
      groupsNames: array(string()),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      results: array(
        struct({
          groupId: string({ mapKey: true }),
          errorCode: errorCode(),
        }),
      ),
    },
  },
)
export interface DeleteGroupsRequest extends Infer<typeof DeleteGroups.request> {}
export interface DeleteGroupsResponse extends Infer<typeof DeleteGroups.response> {}
