// DescribeUserScramCredentials (50): which SCRAM mechanisms users have, never the secrets (KIP-554).
import { array, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const DescribeUserScramCredentials = api(
  50,
  'DescribeUserScramCredentials',
  { versions: '0', flexible: '0+' },
  {
    request: {
      /** Null: all. */
      users: nullable(
        array(
          struct({
            name: string(),
          }),
        ),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string()),
      results: array(
        struct({
          user: string(),
          errorCode: errorCode(),
          errorMessage: nullable(string()),
          credentialInfos: array(
            struct({
              /** 1: SCRAM-SHA-256, 2: SCRAM-SHA-512. */
              mechanism: int8(),
              iterations: int32(),
            }),
          ),
        }),
      ),
    },
  },
)
export interface DescribeUserScramCredentialsRequest extends Infer<typeof DescribeUserScramCredentials.request> {}
export interface DescribeUserScramCredentialsResponse extends Infer<typeof DescribeUserScramCredentials.response> {}
