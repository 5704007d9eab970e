// UpdateFeatures (57): raises or lowers the cluster's feature levels (KIP-584).
import { array, bool, errorCode, int16, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 upgrade types and validation only (KIP-778), v2 no longer answers for each feature. */
export const UpdateFeatures = api(
  57,
  'UpdateFeatures',
  { versions: '0-2', flexible: '0+' },
  {
    request: {
      timeoutMs: int32({ default: 60000 }),
      featureUpdates: array(
        struct({
          feature: string({ mapKey: true }),
          /** Below 1: remove the feature. */
          maxVersionLevel: int16(),
          /** In v0, what upgrade type 2 is later. */
          allowDowngrade: bool({ versions: '0' }),
          /** 1: upgrade, 2: safe downgrade, 3: downgrade that may lose data. */
          upgradeType: int8({ versions: '1+', default: 1 }),
        }),
      ),
      validateOnly: bool({ versions: '1+' }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      errorCode: errorCode(),
      errorMessage: nullable(string()),
      results: array(
        struct({
          feature: string({ mapKey: true }),
          errorCode: errorCode(),
          errorMessage: nullable(string()),
        }),
        { versions: '0-1', ignorable: true },
      ),
    },
  },
)
export interface UpdateFeaturesRequest extends Infer<typeof UpdateFeatures.request> {}
export interface UpdateFeaturesResponse extends Infer<typeof UpdateFeatures.response> {}
