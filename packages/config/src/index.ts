export { alterBrokerConfigs, alterConfigOp, alterGroupConfigs, alterTopicConfigs } from './alter.ts'
export type { AlterOutcome, ConfigChange } from './alter.ts'
export { mergeLayers, parseBrokerConfig } from './broker-config.ts'
export type { BrokerConfigLayers, BrokerConfigOutcome } from './broker-config.ts'
export { brokerConfigs } from './broker-configs.ts'
export type { BrokerConfig, BrokerConfigName } from './broker-configs.ts'
export { findUnread } from './broker/without-effect.ts'
export {
  configSource,
  describeBrokerConfigs,
  describeDynamicDefaults,
  describeGroupConfigs,
  describeTopicConfigs,
} from './describe.ts'
export type { ConfigRow, ConfigSynonym } from './describe.ts'
export type { ConfigFault, Parsed } from './fault.ts'
export { groupConfigs } from './group-configs.ts'
export type { GroupConfig, GroupConfigName } from './group-configs.ts'
export { parseProperties } from './java-properties.ts'
export { parseListener, printListener } from './listeners.ts'
export type { Listener, SecurityProtocol } from './listeners.ts'
export { nearest } from './nearest.ts'
export { overlayBrokerConfig } from './overlay.ts'
export { LONG_MAX } from './property.ts'
export type { ConfigType, Property } from './property.ts'
export {
  checkGroupConfigs,
  checkTopicConfigs,
  parseGroupConfig,
  parseTopicConfig,
  resolveGroupConfig,
  resolveTopicConfig,
} from './resolve.ts'
export { topicConfigs } from './topic-configs.ts'
export type { TopicConfig, TopicConfigName } from './topic-configs.ts'
