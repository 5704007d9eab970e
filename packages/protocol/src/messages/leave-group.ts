// LeaveGroup (13): members go at once instead of timing out.
import { array, errorCode, int32, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 throttle time, v3 a list of members, so that an operator can remove static ones (KIP-345), v4 is flexible, v5 a reason (KIP-800). */
export const LeaveGroup = api(
  13,
  'LeaveGroup',
  { versions: '0-5', flexible: '4+' },
  {
    request: {
      groupId: string(),
      /** Up to v2 the one member that leaves. */
      memberId: string({ versions: '0-2' }),
      members: array(
        struct({
          /** Empty where the instance id says who. */
          memberId: string(),
          groupInstanceId: nullable(string(), { default: null }),
          reason: nullable(string(), { versions: '5+', ignorable: true }),
        }),
        { versions: '3+' },
      ),
    },
    response: {
      throttleTimeMs: int32({ versions: '1+', ignorable: true }),
      errorCode: errorCode(),
      members: array(
        struct({
          memberId: string(),
          groupInstanceId: nullable(string()),
          errorCode: errorCode(),
        }),
        { versions: '3+' },
      ),
    },
  },
)
export interface LeaveGroupRequest extends Infer<typeof LeaveGroup.request> {}
export interface LeaveGroupResponse extends Infer<typeof LeaveGroup.response> {}
