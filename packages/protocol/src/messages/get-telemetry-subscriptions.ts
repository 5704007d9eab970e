// GetTelemetrySubscriptions (71): which client metrics the cluster wants (KIP-714).
import { array, bool, errorCode, int32, int8, string, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const GetTelemetrySubscriptions = api(
  71,
  'GetTelemetrySubscriptions',
  { versions: '0', flexible: '0+' },
  {
    request: {
      /** Zero: the broker gives one out. */
      clientInstanceId: uuid(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      clientInstanceId: uuid(),
      subscriptionId: int32(),
      acceptedCompressionTypes: array(int8()),
      pushIntervalMs: int32(),
      telemetryMaxBytes: int32(),
      deltaTemporality: bool(),
      /** Prefixes of names; one empty string asks for all, an empty list for none. */
      requestedMetrics: array(string()),
    },
  },
)
export interface GetTelemetrySubscriptionsRequest extends Infer<typeof GetTelemetrySubscriptions.request> {}
export interface GetTelemetrySubscriptionsResponse extends Infer<typeof GetTelemetrySubscriptions.response> {}
