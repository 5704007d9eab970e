// DeleteTopics (20), versions 1-6: by name, or by id from version 6 on (KIP-516). Answered when the deletion cannot be lost;
// the storage frees the logs after that, also over a crash.

import { DeleteTopics, errorCode, ZERO_UUID } from '@jackdaw/protocol'

import { handler } from './handler.ts'

const IDS_SINCE = 6

export const deleteTopics = handler(DeleteTopics, { versions: '1-6' }, async (request, { cluster, version }) => {
  const asked =
    version >= IDS_SINCE
      ? request.topics.map(({ name, topicId }) => ({ name, id: topicId }))
      : request.topicNames.map((name) => ({ name, id: ZERO_UUID }))
  const results = await cluster.deleteTopics(asked)
  return {
    responses: results.map(({ name, id, error, message }) => ({
      name,
      topicId: id,
      errorCode: errorCode(error),
      errorMessage: message,
    })),
  }
})
