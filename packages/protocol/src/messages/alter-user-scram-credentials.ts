// AlterUserScramCredentials (51): sets and removes SCRAM credentials; the client salts the password (KIP-554).
import { array, bytes, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const AlterUserScramCredentials = api(
  51,
  'AlterUserScramCredentials',
  { versions: '0', flexible: '0+' },
  {
    request: {
      deletions: array(
        struct({
          name: string(),
          /** 1: SCRAM-SHA-256, 2: SCRAM-SHA-512. */
          mechanism: int8(),
        }),
      ),
      upsertions: array(
        struct({
          name: string(),
          mechanism: int8(),
          iterations: int32(),
          salt: bytes(),
          saltedPassword: bytes(),
        }),
      ),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      results: array(
        struct({
          user: string(),
          errorCode: errorCode(),
          errorMessage: nullable(string()),
        }),
      ),
    },
  },
)
export interface AlterUserScramCredentialsRequest extends Infer<typeof AlterUserScramCredentials.request> {}
export interface AlterUserScramCredentialsResponse extends Infer<typeof AlterUserScramCredentials.response> {}
