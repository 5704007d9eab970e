// DescribeClientQuotas (48): quotas of users, client ids and addresses (KIP-546).
import { array, bool, errorCode, float64, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 is flexible. */
export const DescribeClientQuotas = api(
  48,
  'DescribeClientQuotas',
  { versions: '0-1', flexible: '1+' },
  {
    request: {
      components: array(
        struct({
          entityType: string(),
          /** 0: exactly this name, 1: the default, 2: any. */
          matchType: int8(),
          /** The name, for match type 0. */
          match: nullable(string()),
        }),
      ),
      /** Only entities that have no other parts than those asked for. */
      strict: bool(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string()),
      /** Null in an error. */
      entries: nullable(
        array(
          struct({
            entity: array(
              struct({
                entityType: string(),
                /** Null: the default. */
                entityName: nullable(string()),
              }),
            ),
            values: array(
              struct({
                key: string(),
                value: float64(),
              }),
            ),
          }),
        ),
      ),
    },
  },
)
export interface DescribeClientQuotasRequest extends Infer<typeof DescribeClientQuotas.request> {}
export interface DescribeClientQuotasResponse extends Infer<typeof DescribeClientQuotas.response> {}
