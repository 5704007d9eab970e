// DescribeAcls (29), CreateAcls (30) and DeleteAcls (31), versions 1-3: without an authorizer there are no access rules, and Kafka
// says so to each of them.

import { CreateAcls, DeleteAcls, DescribeAcls, errorCode } from '@jackdaw/protocol'

import { handler } from './handler.ts'

const securityDisabled = {
  errorCode: errorCode('SECURITY_DISABLED'),
  errorMessage: 'No authorizer is configured: everybody may do everything.',
}

export const describeAcls = handler(DescribeAcls, { versions: '1-3' }, () => ({ ...securityDisabled, resources: [] }))

export const createAcls = handler(CreateAcls, { versions: '1-3' }, ({ creations }) => ({
  results: creations.map(() => securityDisabled),
}))

export const deleteAcls = handler(DeleteAcls, { versions: '1-3' }, ({ filters }) => ({
  filterResults: filters.map(() => ({ ...securityDisabled, matchingAcls: [] })),
}))
