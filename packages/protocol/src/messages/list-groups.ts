// ListGroups (16): the groups that this broker coordinates. A whole cluster's are the sum over its brokers.
import { array, errorCode, int32, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 throttle time, v3 is flexible, v4 states, also as a filter (KIP-518), v5 group types (KIP-848). */
export const ListGroups = api(
  16,
  'ListGroups',
  { versions: '0-5', flexible: '3+' },
  {
    request: {
      /** Empty: every state. */
      statesFilter: array(string(), { versions: '4+' }),
      /** Empty: every type. */
      typesFilter: array(string(), { versions: '5+' }),
    },
    response: {
      throttleTimeMs: int32({ versions: '1+', ignorable: true }),
      errorCode: errorCode(),
      groups: array(
        struct({
          groupId: string(),
          protocolType: string(),
          groupState: string({ versions: '4+', ignorable: true }),
          groupType: string({ versions: '5+', ignorable: true }),
        }),
      ),
    },
  },
)
export interface ListGroupsRequest extends Infer<typeof ListGroups.request> {}
export interface ListGroupsResponse extends Infer<typeof ListGroups.response> {}
