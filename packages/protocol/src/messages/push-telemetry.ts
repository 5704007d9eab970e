// PushTelemetry (72): client metrics in OpenTelemetry's format (KIP-714).
import { bool, bytes, errorCode, int32, int8, uuid } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v0 is flexible. */
export const PushTelemetry = api(
  72,
  'PushTelemetry',
  { versions: '0', flexible: '0+' },
  {
    request: {
      clientInstanceId: uuid(),
      subscriptionId: int32(),
      terminating: bool(),
      /** As in record batches. */
      compressionType: int8(),
      metrics: bytes(),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
    },
  },
)
export interface PushTelemetryRequest extends Infer<typeof PushTelemetry.request> {}
export interface PushTelemetryResponse extends Infer<typeof PushTelemetry.response> {}
