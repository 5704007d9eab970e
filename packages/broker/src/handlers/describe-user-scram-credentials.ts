// DescribeUserScramCredentials (50), version 0: nobody has SCRAM credentials, since no listener speaks SASL. Tools that describe
// users ask for them together with quotas.

import { DescribeUserScramCredentials, errorCode } from '@jackdaw/protocol'

import { handler } from './handler.ts'

export const describeUserScramCredentials = handler(DescribeUserScramCredentials, { versions: '0-0' }, ({ users }) => ({
  errorCode: errorCode('NONE'),
  errorMessage: null,
  results: (users ?? []).map(({ name }) => ({
    user: name,
    errorCode: errorCode('RESOURCE_NOT_FOUND'),
    errorMessage: `User '${name}' has no SCRAM credentials.`,
    credentialInfos: [],
  })),
}))
