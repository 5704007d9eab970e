// DeleteTopics (20): removes topics, by name or from v6 on by id.
import { array, errorCode, int32, nullable, string, struct, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v3 TOPIC_DELETION_DISABLED, v4 is flexible, v5 error messages and THROTTLING_QUOTA_EXCEEDED (KIP-599), v6 topic ids (KIP-516). */
export const DeleteTopics = api(
  20,
  'DeleteTopics',
  { versions: '1-6', flexible: '4+' },
  {
    request: {
      /** From v6 on; before, `topicNames`. */
      topics: array(
        struct({
          /** Null where an id is given. */
          name: nullable(string(), { default: null }),
          topicId: uuid(),
        }),
        { versions: '6+' },
      ),
      topicNames: array(string(), { versions: '1-5', ignorable: true }),
      timeoutMs: int32(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      responses: array(
        struct({
          name: nullable(string(), { nullable: '6+', mapKey: true }),
          topicId: uuid({ versions: '6+', ignorable: true }),
          errorCode: errorCode(),
          errorMessage: nullable(string(), { versions: '5+', ignorable: true }),
        }),
      ),
    },
  },
)
export interface DeleteTopicsRequest extends Infer<typeof DeleteTopics.request> {}
export interface DeleteTopicsResponse extends Infer<typeof DeleteTopics.response> {}
