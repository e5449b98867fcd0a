/** The door of sync for the gateway. The township's side is in township/, records in record/. */
export type { Bus, Will } from './bus.ts';
export { type Enrolment, enrolAtTownship, makeCode, parseCode } from './enrol.ts';
export {
  boxLogin,
  createLink,
  enrolLogin,
  type Link,
  type LinkOptions,
  type LinkState,
  presenceWill,
  type RecordSource,
} from './link.ts';
export { createMqttBus } from './mqtt-bus.ts';
