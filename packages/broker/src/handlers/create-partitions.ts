// CreatePartitions (37), versions 0-3: adds partitions to topics.

import { CreatePartitions, errorCode } from '@jackdaw/protocol'

import { handler } from './handler.ts'

export const createPartitions = handler(CreatePartitions, { versions: '0-3' }, async (request, { cluster }) => {
  const results = await cluster.createPartitions(request.topics, request.validateOnly)
  return {
    results: results.map(({ name, error, message }) => ({
      name: name ?? '',
      errorCode: errorCode(error),
      errorMessage: message,
    })),
  }
})
