// AlterClientQuotas (49): sets and removes quotas (KIP-546).
import { array, bool, errorCode, float64, int32, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 is flexible. */
export const AlterClientQuotas = api(
  49,
  'AlterClientQuotas',
  { versions: '0-1', flexible: '1+' },
  {
    request: {
      entries: array(
        struct({
          entity: array(
            struct({
              entityType: string(),
              /** Null: the default. */
              entityName: nullable(string()),
            }),
          ),
          ops: array(
            struct({
              key: string(),
              value: float64(),
              remove: bool(),
            }),
          ),
        }),
      ),
      validateOnly: bool(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      entries: array(
        struct({
          errorCode: errorCode(),
          errorMessage: nullable(string()),
          entity: array(
            struct({
              entityType: string(),
              entityName: nullable(string()),
            }),
          ),
        }),
      ),
    },
  },
)
export interface AlterClientQuotasRequest extends Infer<typeof AlterClientQuotas.request> {}
export interface AlterClientQuotasResponse extends Infer<typeof AlterClientQuotas.response> {}
