// ApiVersions (18): what a broker speaks, and which cluster features are in force. The one request that is answered in any version:
// an unknown one gets UNSUPPORTED_VERSION, encoded as v0, with our range for key 18 (KIP-511). The response header is always v0.
import { array, bool, errorCode, int16, int32, int64, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 throttle time, v3 is flexible and names the client's software (KIP-511), v4 lets a feature's lowest version be 0. */
export const ApiVersions = api(
  18,
  'ApiVersions',
  { versions: '0-4', flexible: '3+' },
  {
    request: {
      clientSoftwareName: string({ versions: '3+', ignorable: true }),
      clientSoftwareVersion: string({ versions: '3+', ignorable: true }),
    },
    response: {
      errorCode: errorCode(),
      apiKeys: array(
        struct({
          apiKey: int16({ mapKey: true }),
          minVersion: int16(),
          maxVersion: int16(),
        }),
      ),
      throttleTimeMs: int32({ versions: '1+', ignorable: true }),
      supportedFeatures: array(
        struct({
          name: string({ mapKey: true }),
          minVersion: int16(),
          maxVersion: int16(),
        }),
        { versions: '3+', tag: 0, ignorable: true },
      ),
      /** -1: unknown, and `finalizedFeatures` says nothing. */
      finalizedFeaturesEpoch: int64({ versions: '3+', default: -1, tag: 1, ignorable: true }),
      finalizedFeatures: array(
        struct({
          name: string({ mapKey: true }),
          maxVersionLevel: int16(),
          minVersionLevel: int16(),
        }),
        { versions: '3+', tag: 2, ignorable: true },
      ),
      /** A leftover of the way from ZooKeeper to KRaft. */
      zkMigrationReady: bool({ versions: '3+', tag: 3, ignorable: true }),
    },
  },
)
export interface ApiVersionsRequest extends Infer<typeof ApiVersions.request> {}
export interface ApiVersionsResponse extends Infer<typeof ApiVersions.response> {}
