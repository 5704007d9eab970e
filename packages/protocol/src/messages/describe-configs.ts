// DescribeConfigs (32): configurations with where each value comes from.
import { array, bool, errorCode, int32, int8, nullable, string, struct } from '../schema/field.ts'
import { api, type Infer } from '../schema/message.ts'

/** v1 sources and synonyms (KIP-226), v2 answers before it throttles, v3 types and documentation (KIP-569), v4 is flexible. */
export const DescribeConfigs = api(
  32,
  'DescribeConfigs',
  { versions: '1-4', flexible: '4+' },
  {
    request: {
      resources: array(
        struct({
          /** 2: topic, 4: broker, 8: broker logger, 16: client metrics, 32: group. */
          resourceType: int8(),
          resourceName: string(),
          /** Null: all. */
          configurationKeys: nullable(array(string())),
        }),
      ),
      includeSynonyms: bool({ default: false }),
      includeDocumentation: bool({ versions: '3+' }),
    },
    response: {
      throttleTimeMs: int32({ default: 0 }),
      results: array(
        struct({
          errorCode: errorCode(),
          errorMessage: nullable(string()),
          resourceType: int8(),
          resourceName: string(),
          configs: array(
            struct({
              name: string(),
              /** Null for secrets. */
              value: nullable(string()),
              readOnly: bool(),
              /** 1: topic, 2: this broker, 3: all brokers, 4: the file it started with, 5: default, 6: logger, 7: client metrics, 8: group. */
              configSource: int8({ default: -1 }),
              isSensitive: bool(),
              /** Every value that would apply, the strongest first. */
              synonyms: array(
                struct({
                  name: string(),
                  value: nullable(string()),
                  source: int8(),
                }),
              ),
              /** 0: unknown, 1: boolean, 2: string, 3: int, 4: short, 5: long, 6: double, 7: list, 8: class, 9: password. */
              configType: int8({ versions: '3+', ignorable: true }),
              documentation: nullable(string(), { versions: '3+', default: '', ignorable: true }),
            }),
          ),
        }),
      ),
    },
  },
)
export interface DescribeConfigsRequest extends Infer<typeof DescribeConfigs.request> {}
export interface DescribeConfigsResponse extends Infer<typeof DescribeConfigs.response> {}
