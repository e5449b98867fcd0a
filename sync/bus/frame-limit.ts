import type { EventEmitter } from 'node:events';

/**
 * Ends a connection whose peer announces an MQTT packet longer than `bytes_max()`, which may depend on who
 * logged in: neither aedes nor MQTT.js has a limit of its own, and both would gather 256 MB first. Reads only
 * fixed headers (MQTT 3.1.1 §2.2) as they pass.
 */
export function limitFrames(
  stream: EventEmitter & { destroy(error?: Error): unknown },
  bytes_max: () => number,
): void {
  let skip = 0;
  let length = -1; // of the packet whose header is being read; -1 = at its first byte
  let factor = 1;
  stream.on('data', (chunk: Uint8Array) => {
    let at = 0;
    while (at < chunk.length) {
      if (skip > 0) {
        const passed = Math.min(skip, chunk.length - at);
        skip -= passed;
        at += passed;
        continue;
      }
      const byte = chunk[at++] as number;
      if (length < 0) {
        length = 0;
        factor = 1;
        continue;
      }
      length += (byte & 127) * factor;
      factor *= 128;
      if (length > bytes_max()) {
        stream.destroy(new Error(`a packet of more than ${bytes_max()} bytes`));
        return;
      }
      if (byte < 128 || factor > 128 ** 3) {
        skip = length;
        length = -1;
      }
    }
  });
}
