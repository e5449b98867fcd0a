import Type, { type Static } from 'typebox';
import { DeviceSettings } from '../../drivers/settings.ts';
import { strict } from './schema.ts';

/** A broker as MQTT.js takes it; without a port it is the scheme's own (1883, 8883). */
const brokerUrl = (description: string, example: string) =>
  Type.String({
    pattern: '^mqtts?://(\\[[0-9A-Fa-f:]+\\]|[^\\s/:@\\[\\]]+)(:\\d{1,5})?/?$',
    maxLength: 300,
    description,
    examples: [example],
  });

/** The settings file of a box. docs/settings.md is made from this schema. */
export const Settings = strict({
  broker: brokerUrl(
    'The township’s MQTT broker: `mqtts://host:port`. `mqtt://`, without TLS, is for a broker on the same machine.',
    'mqtts://mqtt.example.cn:8883',
  ),
  enrol: Type.Optional(
    brokerUrl(
      'Where the broker takes boxes that are not enrolled yet, when that is another address (docs/township.md). Without it: `broker`.',
      'mqtts://mqtt.example.cn:8884',
    ),
  ),
  port: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      default: 8137,
      description: 'Port of the doctor’s page, on 127.0.0.1 only. 0: any free one.',
      examples: [8137],
    }),
  ),
  devices: Type.Array(DeviceSettings, {
    maxItems: 32,
    description:
      'The devices of the clinic, each with its driver and where it is attached (docs/drivers.md).',
    examples: [
      [
        { id: 'idcard', driver: 'sdt', place: { kind: 'serial', path: '/dev/serial/by-id/usb-reader' } },
        { id: 'slip', driver: 'escpos', place: { kind: 'tcp', host: '192.0.2.87', port: 9100 } },
      ],
    ],
  }),
  clock: Type.Optional(
    Type.Union([Type.Literal('battery'), Type.Literal('none')], {
      default: 'none',
      description:
        'Whether the machine keeps its time without power. `battery`: its clock is believed after a start. `none`: it is believed once a time server has set it (`timedatectl show -p NTPSynchronized`) or a receipt says the same; until then the doctor is asked for the day.',
      examples: ['battery'],
    }),
  ),
  panel: Type.Optional(
    Type.String({
      pattern: '^http://127\\.0\\.0\\.1:\\d{1,5}/?$',
      description: 'Address of the demo’s panel of simulated devices. Never in a clinic.',
      examples: ['http://127.0.0.1:8138/'],
    }),
  ),
});
export type Settings = Static<typeof Settings>;
